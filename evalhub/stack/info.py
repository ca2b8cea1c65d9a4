"""What is written down about a running stack."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class StackInfo:
    """A stack: the supervisor's process id, its port and address, and when it started (ISO 8601)."""

    pid: int
    port: int
    url: str
    started_at: str

    def to_json(self) -> str:
        """Returns the JSON of the state file."""
        return json.dumps(asdict(self)) + "\n"


def info_from_json(text: str) -> StackInfo | None:
    """Reads a state back; None for an empty or half-written one."""
    try:
        fields = json.loads(text)
    except json.JSONDecodeError:
        return None
    return StackInfo(**fields)


def state_path(home: Path) -> Path:
    """Returns the file that exists while a stack is ready."""
    return home / "run" / "stack.json"


def write_state(home: Path, info: StackInfo) -> None:
    """Says that the stack is ready; a reader sees the whole file or none."""
    unfinished = state_path(home).with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_text(info.to_json(), encoding="utf-8")
    unfinished.replace(state_path(home))


def read_state(home: Path) -> StackInfo | None:
    """Returns what a ready stack wrote, None where there is no such file."""
    try:
        return info_from_json(state_path(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def remove_state(home: Path) -> None:
    """Takes the readiness back."""
    state_path(home).unlink(missing_ok=True)
