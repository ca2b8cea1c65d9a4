"""The supervisor with stand-in services around the real broker."""

import signal
import socket
from pathlib import Path
from typing import Any

import pytest
import redis

from evalhub.stack import address, control, lock

pytestmark = pytest.mark.slow

STEADY = "import signal; signal.pause()"
# A pool of its own, as Celery and gunicorn have: the child knows nothing of the supervisor.
WITH_A_CHILD = "import os, signal; os.fork(); signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); signal.pause()"


def test_an_interrupt_ends_everything(start: Any, processes: Any, home: Path, eventually: Any) -> None:
    stack = start(services={"a": STEADY, "b": WITH_A_CHILD}).wait_ready()
    stack.process.send_signal(signal.SIGINT)
    assert stack.exit_code() == 0
    eventually(lambda: processes.all() == [], "all processes ended")
    assert not lock.has_processes(home)
    assert not (home / "run" / "stack.json").exists()


def test_an_interrupt_during_the_start_ends_everything(start: Any, processes: Any, eventually: Any) -> None:
    stack = start(services={"a": STEADY}, migration="import signal; signal.pause()")
    eventually(lambda: processes.service("signal.pause()"), "the migration runs")
    stack.process.send_signal(signal.SIGINT)
    assert stack.exit_code() == 0
    eventually(lambda: processes.all() == [], "all processes ended")


def test_the_ready_stack_says_where_it_is(start: Any, home: Path, port: int) -> None:
    stack = start(services={"a": STEADY}).wait_ready()
    found = control.running(home)
    assert found is not None
    assert (found.pid, found.port, found.url) == (stack.process.pid, port, f"http://127.0.0.1:{port}")
    stack.process.terminate()
    assert f"ready at http://127.0.0.1:{port} (logs in {home / 'logs'})" in stack.output()


def test_a_killed_supervisor_leaves_nothing(start: Any, processes: Any, eventually: Any) -> None:
    stack = start(services={"a": STEADY, "b": WITH_A_CHILD, "c": DEAF}).wait_ready()
    # Each service and its wrapper, the broker and its wrapper, the supervisor, and the forked child.
    eventually(lambda: len(processes.all()) == 10, "all processes run")
    stack.process.kill()
    eventually(lambda: processes.all() == [], "all processes ended")


@pytest.mark.parametrize("victim", ["service", "wrapper"])
def test_a_killed_service_takes_its_children_along_and_comes_back(
    victim: str, start: Any, processes: Any, eventually: Any
) -> None:
    stack = start(services={"b": WITH_A_CHILD}).wait_ready()
    service = eventually(lambda: processes.service("os.fork()"), "the service runs")
    child = eventually(service.children, "the service has a child")[0]
    (service if victim == "service" else service.parent()).kill()
    eventually(lambda: not child.is_running(), "the child ended")
    again = eventually(lambda: processes.service("os.fork()"), "the service came back")
    assert again.pid != service.pid
    stack.process.terminate()
    assert "b died (ended by SIGKILL), starting it again in 0.25 s" in stack.output()


def test_a_killed_broker_comes_back_with_its_queue(
    start: Any, processes: Any, home: Path, eventually: Any
) -> None:
    start(services={"a": STEADY}).wait_ready()
    queue = redis.Redis.from_url(address.redis_client_url(home))
    queue.rpush("default", *range(1000))
    broker = processes.service("unixsocket:")
    broker.kill()
    eventually(lambda: not broker.is_running(), "the broker ended")
    eventually(lambda: _length(queue) == 1000, "the queue is back")


def _length(queue: "redis.Redis") -> int:
    try:
        return queue.llen("default")
    except redis.ConnectionError:
        return -1


def test_a_service_that_cannot_run_is_given_up_with_its_log(
    start: Any, processes: Any, eventually: Any
) -> None:
    stack = start(services={"a": STEADY, "broken": "raise SystemExit('no such model')"})
    output = stack.output()
    assert "broken died (exit code 1) 5 times at once; mend what its log names, then start again" in output
    assert "    no such model" in output.splitlines()[-2:]
    assert stack.exit_code() == 4
    eventually(lambda: processes.all() == [], "all processes ended")


def test_a_failed_migration_starts_nothing(start: Any, processes: Any, eventually: Any) -> None:
    stack = start(services={"a": STEADY}, migration="raise SystemExit('no such column')")
    output = stack.output()
    assert "the database could not be migrated (exit code 1)" in output
    assert "    no such column" in output
    assert stack.exit_code() == 4
    eventually(lambda: processes.all() == [], "all processes ended")


def test_a_second_stack_in_the_home_is_refused(start: Any, home: Path, port: int) -> None:
    first = start(services={"a": STEADY}).wait_ready()
    second = start(services={"a": STEADY})
    expected = f"{home}: a stack already runs there (process {first.process.pid}, http://127.0.0.1:{port})"
    assert expected in second.output()
    assert second.exit_code() == 2
    assert control.running(home).pid == first.process.pid


def test_a_taken_port_is_named_with_the_remedy(start: Any, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        stack = start(port=port)
        assert (
            f"port {port} on 127.0.0.1: Address already in use; choose another with --port" in stack.output()
        )
    assert stack.exit_code() == 2
    assert not lock.has_processes(home)


def test_a_redis_url_that_does_not_answer_is_refused(
    start: Any, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", f"redis://:secret@127.0.0.1:{port}")
    stack = start()
    output = stack.output()
    assert "REDIS_URL: 127.0.0.1 does not answer PING" in output
    assert "secret" not in output
    assert stack.exit_code() == 2


def test_a_second_interrupt_ends_a_service_that_does_not_listen(
    start: Any, processes: Any, eventually: Any, home: Path
) -> None:
    stack = start(services={"a": DEAF}, stop_within_s=3600).wait_ready()
    eventually(lambda: "deaf" in (home / "logs" / "a.log").read_text(), "the service is deaf")
    stack.process.send_signal(signal.SIGINT)
    assert "ready" in stack.process.stdout.readline()
    assert "evalhub user add" in stack.process.stdout.readline()
    assert "Ctrl-C again" in stack.process.stdout.readline()
    stack.process.send_signal(signal.SIGINT)
    assert stack.exit_code() == 0
    eventually(lambda: processes.all() == [], "all processes ended")


def test_an_unresponsive_service_is_killed_after_the_grace(
    start: Any, processes: Any, home: Path, eventually: Any
) -> None:
    stack = start(services={"a": DEAF}, stop_within_s=0.2).wait_ready()
    stack.process.terminate()
    assert stack.exit_code() == 0
    eventually(lambda: processes.all() == [], "all processes ended")


@pytest.mark.parametrize("name", ["deep/" * 40 + "end", "a name with 100% #odd 'characters'"])
def test_any_home_path_works(name: str, start: Any, home: Path, eventually: Any) -> None:
    odd = home / name
    odd.mkdir(parents=True)
    stack = start(home=odd, services={"a": STEADY}).wait_ready()
    assert redis.Redis.from_url(address.redis_client_url(odd)).ping()
    stack.process.terminate()
    assert stack.exit_code() == 0
    assert not address.broker_socket(odd).exists()


def test_a_new_start_after_a_kill_keeps_the_queue_of_a_torn_file(
    start: Any, processes: Any, home: Path, eventually: Any
) -> None:
    stack = start(services={"a": STEADY}).wait_ready()
    _fill(home)
    stack.process.kill()
    stack.process.wait()
    eventually(lambda: processes.all() == [], "all processes ended")
    assert address.broker_socket(home).exists()
    tear_last_command(home)
    start(services={"a": STEADY}).wait_ready()
    # The second of two commands was half written: the first one's message is there.
    assert redis.Redis.from_url(address.redis_client_url(home)).lrange("default", 0, -1) == [b"1"]


def _fill(home: Path) -> None:
    queue = redis.Redis.from_url(address.redis_client_url(home))
    queue.rpush("default", "1")
    queue.rpush("default", "2")


def tear_last_command(home: Path) -> None:
    """Cuts the end off the broker's file, as a full disk or a power cut does."""
    (log,) = (home / "broker").rglob("*.incr.aof")
    log.write_bytes(log.read_bytes()[:-3])


def test_a_damaged_queue_is_named_with_the_remedy(start: Any, home: Path) -> None:
    stack = start(services={"a": STEADY}).wait_ready()
    _fill(home)
    stack.process.terminate()
    assert stack.exit_code() == 0
    (log,) = (home / "broker").rglob("*.incr.aof")
    log.write_bytes(b"no command\r\n" + log.read_bytes())
    damaged = start(services={"a": STEADY})
    assert f"delete {home / 'broker'} and start again" in damaged.output()
    assert damaged.exit_code() == 4


def test_a_start_right_after_a_kill_waits_for_what_is_left(start: Any, home: Path) -> None:
    stack = start(services={"a": WITH_A_CHILD}).wait_ready()
    stack.process.kill()
    again = start(services={"a": WITH_A_CHILD}).wait_ready()
    assert lock.read_holder(home).pid == again.process.pid


def test_stop_from_another_process(start: Any, processes: Any, home: Path, eventually: Any) -> None:
    stack = start(services={"a": STEADY}).wait_ready()
    assert control.stop(home, wait_s=30)
    assert stack.exit_code() == 0
    eventually(lambda: processes.all() == [], "all processes ended")
    assert not control.stop(home, wait_s=30)


def test_stop_kills_a_supervisor_that_does_not_end(
    start: Any, processes: Any, home: Path, eventually: Any
) -> None:
    stack = start(services={"a": DEAF}, stop_within_s=3600).wait_ready()
    eventually(lambda: "deaf" in (home / "logs" / "a.log").read_text(), "the service is deaf")
    assert control.stop(home, wait_s=0.1)
    assert stack.exit_code() == -signal.SIGKILL
    eventually(lambda: processes.all() == [], "all processes ended")
