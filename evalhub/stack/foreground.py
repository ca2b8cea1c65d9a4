"""The stack of one home in the foreground: what `evalhub up` does."""

import os
import shlex
import socket
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click

from evalhub.core.errors import UserError
from evalhub.stack import address, broker, info, lock
from evalhub.stack.processes import StackPlan, stack_plan
from evalhub.stack.restarts import RestartPolicy
from evalhub.stack.spawn import Inherited
from evalhub.stack.supervisor import Supervisor, UnableToRunStack

EXIT_BAD_USAGE = 2
EXIT_FAILED = 4


class UnableToListen(UserError):
    """The port of the dashboard cannot be used."""


class UnableToReachRedis(UserError):
    """The server named by REDIS_URL does not answer."""


def run_foreground(home: Path, port: int) -> int:
    """Runs the stack until a signal ends it; returns 0, 2 for what the user must change, 4 for a failure."""
    try:
        supervise(home, port, stack_plan(home, port), RestartPolicy())
    except UserError as error:
        return _fail(error, EXIT_BAD_USAGE)
    except UnableToRunStack as error:
        return _fail(error, EXIT_FAILED)
    return 0


def _fail(error: Exception, code: int) -> int:
    click.echo(f"evalhub: {error}", err=True)
    return code


def supervise(home: Path, port: int, plan: StackPlan, policy: RestartPolicy) -> None:
    """Locks the home, for as long as this process lives, and runs a plan in it until a signal ends it.

    Raises:
        UnableToLockHome: another stack uses the home.
        UnableToListen: the port is taken.
        UnableToReachRedis: REDIS_URL names a server that does not answer.
        UnableToRunStack: a process of the plan does not start or stay up.
    """
    for folder in (home, home / "run", home / "logs"):
        folder.mkdir(mode=0o700, exist_ok=True)
    stack = info.StackInfo(os.getpid(), port, f"http://127.0.0.1:{port}", datetime.now(UTC).isoformat())
    held = lock.acquire(home, stack)
    _check_surroundings(port)
    info.remove_state(home)
    broker.make_broker_folders(home)
    _run_locked(home, stack, plan, policy, held)


def _check_surroundings(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise UnableToListen(
                f"port {port} on 127.0.0.1: {error.strerror}; choose another with --port or PORT"
            ) from error
    url = address.external_redis_url()
    if url and (problem := broker.redis_problem(url)):
        raise UnableToReachRedis(
            f"REDIS_URL: {urlsplit(url).hostname} does not answer PING ({problem}); start that server or "
            "unset REDIS_URL to use the embedded broker"
        )


def _run_locked(home: Path, stack: info.StackInfo, plan: StackPlan, policy: RestartPolicy, held: int) -> None:
    # Nothing is ever written: every process waits for the pipe to close, which the end of this one does.
    lifeline, kept_open = os.pipe()
    log_folder = home / "logs"
    supervisor = Supervisor(plan, log_folder, Inherited(lifeline, held), policy, say=click.echo)
    try:
        supervisor.run(
            on_ready=partial(_announce, home, stack, log_folder), on_stop=partial(info.remove_state, home)
        )
    finally:
        os.close(kept_open)
        os.close(lifeline)
        broker.remove_socket_folder(home)


def _announce(home: Path, stack: info.StackInfo, log_folder: Path) -> None:
    info.write_state(home, stack)
    click.echo(f"EvalHub is ready at {stack.url} (logs in {log_folder})")
    place = shlex.quote(str(home))
    click.echo(f"To sign in: EVALHUB_HOME={place} evalhub user add NAME (prints a password)")
