"""Results as JSON."""

import json
import sys
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def write_json(results: Json, path: Path) -> None:
    """Write to a file, or to standard output for -."""
    text = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
    if str(path) == "-":
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")
