"""A file with given content, named as a user would."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evalhub.formats.source import Source

MakeSource = Callable[[str, str | bytes], Source]


@pytest.fixture
def make_source(tmp_path: Path) -> MakeSource:
    def make(name: str, content: str | bytes) -> Source:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Source(name, path)

    return make
