"""The embedded broker: which program, which folders."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from evalhub.stack import broker


def make_program(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_an_installed_valkey_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_program(tmp_path, "redis-server")
    valkey = make_program(tmp_path, "valkey-server")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert broker.find_server() == valkey


def test_an_installed_redis_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    redis_server = make_program(tmp_path, "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert broker.find_server() == redis_server


def test_the_bundled_server_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = subprocess.run([broker.find_server(), "--version"], capture_output=True, text=True, check=True)
    assert "server v=" in answer.stdout


def test_folders_are_private(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    broker.make_broker_folders(tmp_path)
    assert stat.S_IMODE((tmp_path / "broker").stat().st_mode) == 0o700


@pytest.mark.parametrize("trap", ["link", "shared", "file"])
def test_a_socket_folder_that_others_prepared_is_refused(
    trap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "evalhub-socket"
    monkeypatch.setattr(broker, "broker_socket", lambda _: folder / "broker.sock")
    if trap == "link":
        folder.symlink_to(tmp_path)
    elif trap == "file":
        folder.touch()
    else:
        folder.mkdir()
        folder.chmod(0o777)
    with pytest.raises(broker.UnableToTrustSocketFolder, match="shorter path"):
        broker.make_broker_folders(tmp_path)


def test_a_socket_that_nobody_serves_does_not_answer(tmp_path: Path) -> None:
    assert not broker.broker_answers(tmp_path / "none.sock")


def test_a_redis_url_that_nobody_serves_says_why(port: int) -> None:
    assert "refused" in (broker.redis_problem(f"redis://127.0.0.1:{port}") or "").lower()


def test_a_redis_url_of_another_kind_says_why() -> None:
    assert "scheme" in (broker.redis_problem("amqp://127.0.0.1") or "")


def test_no_user_is_allowed_through_by_umask(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    before = os.umask(0)
    try:
        broker.make_broker_folders(tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "broker").stat().st_mode) == 0o700
