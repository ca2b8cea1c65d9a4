"""Starting and ending processes that must not outlive the supervisor."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalhub.stack import child, logs

CHILD = (sys.executable, "-I", "-S", str(Path(child.__file__)))


@dataclass(frozen=True)
class Inherited:
    """Open files for every process: the pipe that closes with the supervisor, and the home's lock."""

    lifeline: int
    lock: int


def spawn(
    argv: Sequence[str], env: Mapping[str, str], log: Path, inherited: Inherited
) -> subprocess.Popen[bytes]:
    """Starts a process as the leader of its own process group, which ends with the supervisor."""
    with logs.open_log(log) as output:
        return subprocess.Popen(  # noqa: S603 - the argv is the stack's own
            [*CHILD, str(inherited.lifeline), *argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | dict(env),
            process_group=0,
            pass_fds=(inherited.lifeline, inherited.lock),
        )


def kill_group(leader: int) -> None:
    """Ends at once whatever is left of a process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def describe_end(code: int) -> str:
    """Says in words how a process ended, for exit codes of Popen and of a shell."""
    number = -code if code < 0 else code - 128
    if number in set(signal.Signals):
        return f"ended by {signal.Signals(number).name}"
    return f"exit code {code}"
