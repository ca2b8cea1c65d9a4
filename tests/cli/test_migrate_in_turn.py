"""A command that is typed while the first `evalhub up` migrates waits for it."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evalhub.stack.processes import stack_plan

WITHIN_S = 300


def test_the_stack_and_commands_take_the_same_lock(tmp_path: Path) -> None:
    assert "migrate_in_turn" in stack_plan(tmp_path, 8000).migration.argv


@pytest.mark.slow
def test_a_token_is_made_while_another_process_migrates(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with (tmp_path / "run" / "migration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        token = _started(tmp_path, "evalhub", "token", "create", "--scope", "run")
        assert token.stderr is not None
        assert "waiting for it" in token.stderr.readline()
        assert token.poll() is None
    migration = _started(tmp_path, "django", "migrate_in_turn", "--noinput", "--skip-checks")
    migration.communicate(timeout=WITHIN_S)
    printed, _ = token.communicate(timeout=WITHIN_S)
    assert (migration.returncode, token.returncode) == (0, 0)
    assert printed.startswith("evh_")


def _started(home: Path, module: str, *arguments: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "EVALHUB_HOME": str(home), "DJANGO_SETTINGS_MODULE": "evalhub.settings"}
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
