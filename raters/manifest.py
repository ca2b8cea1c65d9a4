"""What a fine-tuned rater learnt from: a JSON file beside its weights, and covered by their digest.

It lies there and not only in the database, so that a folder of weights that was moved, or is named by its
path, still says on which queries the rater must not be measured.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from evalhub.core.trained_on import UnreadableManifest, trained_on

MANIFEST_FILE = "training.json"


def save_manifest(manifest: Mapping[str, object], folder: Path) -> None:
    """Write the file into a folder of weights."""
    text = json.dumps(manifest, indent=1, sort_keys=True)
    (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def load_manifest(folder: Path) -> Mapping[str, object]:
    """Read the file of a folder of weights; empty where there is none.

    Raises:
        UnreadableManifest: it is broken, or does not name the queries.
    """
    path = folder / MANIFEST_FILE
    if not path.is_file():
        return {}
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnreadableManifest(f"{path}: {error}; put the file back or train the rater again") from error
    if not isinstance(manifest, dict):
        raise UnreadableManifest(f"{path}: not a mapping; put the file back or train the rater again")
    trained_on({"training": manifest})
    return manifest
