"""The processes of a stack, as data."""

import http.client
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from evalhub.stack import address, broker

SETTINGS_MODULE = "evalhub.settings"
WEB_TIMEOUT_S = 2.0
CELERY = (sys.executable, "-m", "celery", "-A", "evalhub.celery")
CELERY_QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")


def no_wait() -> bool:
    """The readiness of a process that is ready by running."""
    return True


@dataclass(frozen=True)
class ProcessSpec:
    """How one process is started, and how to tell that it does its work.

    A `ready_file` is one the process writes; it is removed before every start. The `remedy` is what to
    do about a process that dies again and again.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    is_ready: Callable[[], bool] = no_wait
    ready_file: Path | None = None
    remedy: str = "mend what its log names, then start again"


@dataclass(frozen=True)
class StackPlan:
    """What makes up a stack: the broker and the migration first, then the services together."""

    broker: ProcessSpec | None
    migration: ProcessSpec
    services: tuple[ProcessSpec, ...]


def stack_plan(home: Path, port: int) -> StackPlan:
    """Returns the processes of a stack, without a broker where REDIS_URL names a server."""
    migrate = (sys.executable, "-m", "django", "migrate_in_turn", "--noinput", "--skip-checks")
    return StackPlan(
        broker=None if address.external_redis_url() else _broker(home),
        migration=ProcessSpec("migration", migrate, base_env(home)),
        services=(
            _worker(home, "compute", queues="embed,rate-local", n_processes=1),
            _worker(home, "default", queues="default,rate-hosted", n_processes=2),
            _message_worker(home),
            _search_worker(home),
            _scheduler(home),
            _web(home, port),
        ),
    )


def base_env(home: Path) -> dict[str, str]:
    """Returns what every process gets beside the environment of the supervisor."""
    return {
        "EVALHUB_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": SETTINGS_MODULE,
        "PYTHONUNBUFFERED": "1",
        # Django's checks load every view: 30 MB and a second in each worker, for what CI has checked.
        "CELERY_SKIP_CHECKS": "1",
        # OpenMP threads that spin while they wait steal the cores from each other as soon as anything else
        # runs here: three times fewer documents a second on two busy cores.
        "OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "PASSIVE"),
    }


def _broker(home: Path) -> ProcessSpec:
    argv = broker.broker_argv(broker.find_server(), home)
    is_ready = partial(broker.broker_answers, address.broker_socket(home))
    remedy = (
        f"if its log names a damaged file, delete {broker.broker_folder(home)} and start again: the database "
        "knows what was queued"
    )
    return ProcessSpec("broker", argv, base_env(home), is_ready, remedy=remedy)


def _worker(home: Path, name: str, queues: str, n_processes: int) -> ProcessSpec:
    pool = ("--pool", "prefork", "--concurrency", str(n_processes))
    return _celery_worker(home, name, queues, pool, tasks="evalhub.tasks")


def _message_worker(home: Path) -> ProcessSpec:
    """Threads, which wait on the network: a receiver that does not answer keeps one, and no core."""
    pool = ("--pool", "threads", "--concurrency", "4")
    return _celery_worker(home, "messages", "messages", pool, tasks="evalhub.message_tasks")


def _search_worker(home: Path) -> ProcessSpec:
    """One process without children: it keeps models warm, and costs little until somebody searches."""
    return _celery_worker(home, "search", "search", ("--pool", "solo"), tasks="evalhub.search_tasks")


def _celery_worker(home: Path, name: str, queues: str, pool: tuple[str, ...], tasks: str) -> ProcessSpec:
    marker = home / "run" / f"worker-{name}.ready"
    imported = ("-I", f"{tasks},evalhub.stack.ready")
    options = ("-n", f"{name}@%h", "-Q", queues, *pool)
    argv = (*CELERY, "worker", *options, *CELERY_QUIET, "--loglevel", "INFO", *imported)
    env = base_env(home) | {"EVALHUB_READY_FILE": str(marker)}
    return ProcessSpec(f"worker-{name}", argv, env, marker.exists, marker)


def _scheduler(home: Path) -> ProcessSpec:
    schedule = home / "run" / "beat-schedule"
    argv = (*CELERY, "beat", "--schedule", str(schedule), "--pidfile=", "--loglevel", "INFO")
    return ProcessSpec("scheduler", argv, base_env(home))


def _web(home: Path, port: int) -> ProcessSpec:
    argv = (
        *(sys.executable, "-m", "gunicorn", "evalhub.wsgi:application"),
        *("--bind", f"127.0.0.1:{port}"),
        *("--preload", "--worker-class", "gthread", "--threads", "8"),
        *("--graceful-timeout", "5", "--no-control-socket"),
    )
    # What gunicorn reads itself. The threads of one process would share one core; forks share most memory.
    env = base_env(home) | {"WEB_CONCURRENCY": os.environ.get("WEB_CONCURRENCY") or "2"}
    return ProcessSpec("web", argv, env, partial(web_answers, port))


def web_answers(port: int) -> bool:
    """Tells whether the web process of this port says that it is healthy."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WEB_TIMEOUT_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
