"""Finding the wanted file in a BEIR folder or archive: corpus.*, queries.*, qrels/*."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Literal

from evalhub.formats.errors import Place

Role = Literal["corpus", "queries", "qrels", "run"]

_PACKED = {".gz", ".zst", ".zip"}
_TABLES = {".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet"}
_QRELS = _TABLES | {".txt", ".trec", ".qrels"}
_LISTED = 10


def is_data_file(name: str) -> bool:
    """Tell a data file from the notes and litter beside it."""
    path = PurePosixPath(name)
    return not any(part.startswith((".", "__MACOSX")) for part in path.parts)


def pick(names: Sequence[str], role: Role, container: str) -> str:
    """Choose the file that plays `role` among the relative POSIX paths of a folder or archive.

    Raises:
        InputError: none fits, or several do.
    """
    fitting = [name for name in names if _plays(PurePosixPath(name), role)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise Place(container).error(
            None, f"holds several {role} files: {_listing(fitting)}", f"Name one, for example {fitting[0]}."
        )
    wanted = "qrels/test.tsv" if role == "qrels" else f"{role}.jsonl"
    raise Place(container).error(
        None, f"holds no {role} file; {_there(names)}", f"Name the file itself, or call it {wanted}."
    )


def _plays(path: PurePosixPath, role: Role) -> bool:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    if not suffixes or suffixes[-1] not in (_QRELS if role == "qrels" else _TABLES):
        return False
    in_folder = path.parent.name
    if role == "qrels" and in_folder == "qrels":
        return True
    return in_folder == "" and path.name.split(".")[0].lower() == role


def _there(names: Sequence[str]) -> str:
    return f"there are: {_listing(names)}" if names else "no data file is in it"


def _listing(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_LISTED])
    return shown if len(names) <= _LISTED else f"{shown} and {len(names) - _LISTED:,} more"
