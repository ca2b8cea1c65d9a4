"""Sources written by the test."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evalhub.formats.source import Source
from evalhub.models import Workspace
from evalhub.services.workspaces import workspace_default

Write = Callable[..., Source]


@pytest.fixture
def workspace(db: None) -> Workspace:
    return workspace_default()


@pytest.fixture
def jsonl(tmp_path: Path) -> Write:
    """Write rows as a JSONL file; returns its source."""

    def write(name: str, *rows: dict[str, object]) -> Source:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return Source(name, path)

    return write


@pytest.fixture
def text_file(tmp_path: Path) -> Write:
    """Write lines as they are; returns the file's source."""

    def write(name: str, *lines: str) -> Source:
        path = tmp_path / name
        path.write_text("".join(line + "\n" for line in lines))
        return Source(name, path)

    return write
