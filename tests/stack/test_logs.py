"""Log files of bounded size."""

from pathlib import Path

import pytest

from evalhub.stack import logs


def test_a_log_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    path.write_text("before\n")
    with logs.open_log(path) as log:
        log.write(b"after\n")
    assert path.read_text() == "before\nafter\n"


def test_a_large_log_moves_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "ROTATE_AT_BYTES", 5)
    path = tmp_path / "web.log"
    path.write_text("before")
    with logs.open_log(path) as log:
        log.write(b"after")
    assert (path.read_text(), (tmp_path / "web.log.1").read_text()) == ("after", "before")


def test_tail_shows_the_last_lines_written_since(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    path.write_text("old\n")
    since = logs.size(path)
    with logs.open_log(path) as log:
        log.write(b"one\ntwo\nthr\xff\n")
    assert logs.tail(path, n_lines=2, since=since) == "    two\n    thr\N{REPLACEMENT CHARACTER}"
    assert logs.tail(path, since=since).splitlines()[0] == "    one"


def test_a_log_that_was_never_written_is_empty(tmp_path: Path) -> None:
    assert (logs.size(tmp_path / "no.log"), logs.tail(tmp_path / "no.log")) == (0, "")
