"""One log file per process, of bounded size."""

from pathlib import Path
from typing import BinaryIO

ROTATE_AT_BYTES = 5_000_000
TAIL_BYTES = 8_000


def open_log(path: Path) -> BinaryIO:
    """Opens a log to append to; one that has grown large first becomes NAME.log.1."""
    if path.exists() and path.stat().st_size > ROTATE_AT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def size(path: Path) -> int:
    """Returns the length of a log in bytes, 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


def tail(path: Path, n_lines: int = 15, since: int = 0) -> str:
    """Returns the last lines of a log, of what was written after `since` bytes."""
    if not path.exists():
        return ""
    with path.open("rb") as log:
        log.seek(max(since, size(path) - TAIL_BYTES))
        lines = log.read().decode(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-n_lines:])
