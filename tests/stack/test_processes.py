"""The list of processes, as data."""

from pathlib import Path

import pytest

from evalhub.stack import processes

HOME = Path("/srv/eval")


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)


def option(spec: processes.ProcessSpec, name: str) -> str:
    return spec.argv[spec.argv.index(name) + 1]


def test_every_process_is_named_once_and_knows_its_home() -> None:
    plan = processes.stack_plan(HOME, 8000)
    assert plan.broker is not None
    specs = [plan.broker, plan.migration, *plan.services]
    workers = ["worker-compute", "worker-default", "worker-messages", "worker-search"]
    names = ["broker", "migration", *workers, "scheduler", "web"]
    assert [spec.name for spec in specs] == names
    assert {spec.env["EVALHUB_HOME"] for spec in specs} == {"/srv/eval"}


def test_every_queue_has_one_worker() -> None:
    workers = [spec for spec in processes.stack_plan(HOME, 8000).services if "worker" in spec.argv]
    assert [option(worker, "-Q") for worker in workers] == [
        "embed,rate-local",
        "default,rate-hosted",
        "messages",
        "search",
    ]
    assert [option(worker, "--concurrency") for worker in workers[:2]] == ["1", "2"]


def test_the_search_worker_has_no_children_and_loads_its_own_tasks_only() -> None:
    (worker,) = (s for s in processes.stack_plan(HOME, 8000).services if s.name == "worker-search")
    assert option(worker, "--pool") == "solo"
    assert option(worker, "-I") == "evalhub.search_tasks,evalhub.stack.ready"


def test_messages_wait_on_the_network_in_a_process_of_their_own() -> None:
    (worker,) = (s for s in processes.stack_plan(HOME, 8000).services if s.name == "worker-messages")
    assert (option(worker, "--pool"), option(worker, "--concurrency")) == ("threads", "4")
    assert option(worker, "-I") == "evalhub.message_tasks,evalhub.stack.ready"


def test_a_redis_server_replaces_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://queue.example")
    assert processes.stack_plan(HOME, 8000).broker is None


def test_the_web_process_listens_on_this_machine_only() -> None:
    web = processes.stack_plan(HOME, 8123).services[-1]
    assert option(web, "--bind") == "127.0.0.1:8123"


def test_a_port_where_nothing_listens_is_not_ready(port: int) -> None:
    assert not processes.web_answers(port)
