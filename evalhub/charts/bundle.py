"""Write the script that draws charts in the browser: python -m evalhub.charts.bundle FOLDER, once.

No third party's script is in the repository; the package that renders charts on the server carries it.
"""

import gzip
import os
import sys
from pathlib import Path
from typing import Any

NAME = "vega.js"


def write_bundle(folder: Path) -> Path:
    """Write vega-embed with all it needs, and the same compressed, as web servers look for it."""
    import vl_convert

    bundle: Any = vl_convert.javascript_bundle  # its stub asks for an argument that it does not need
    script = bundle().encode()
    path = folder / NAME
    _replace(path, script)
    _replace(path.with_suffix(".js.gz"), gzip.compress(script, 9, mtime=0))
    return path


def _replace(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)


if __name__ == "__main__":
    write_bundle(Path(sys.argv[1]))
