"""What the containers run is what the stack runs, and what the documentation names."""

import re
from pathlib import Path

import pytest

from evalhub.stack.processes import stack_plan
from tests.docker.compose import DOCKER, ours, services

SECRET = {"POSTGRES_PASSWORD": "secret"}
OPERATIONS = DOCKER.parent / "docs" / "operations.md"


def queues(command: list[str]) -> list[str]:
    return command[command.index("-Q") + 1].split(",") if "-Q" in command else []


def test_each_queue_of_the_stack_has_one_worker() -> None:
    in_stack = [
        queue for process in stack_plan(Path("home"), 8000).services for queue in queues([*process.argv])
    ]
    in_containers = [queue for service in ours(SECRET).values() for queue in queues(service["command"])]
    assert sorted(in_containers) == sorted(in_stack)
    assert len(set(in_containers)) == len(in_containers)


def test_there_is_one_scheduler_and_it_is_never_scaled() -> None:
    schedulers = [service for service in ours(SECRET).values() if "beat" in service["command"]]
    assert len(schedulers) == 1


def test_nothing_starts_before_the_schema_is_there() -> None:
    for name, service in ours(SECRET).items():
        if name != "migrate":
            assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
            assert service["volumes"] == ["home:/var/lib/evalhub"]
    assert services(SECRET)["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_one_service_builds_the_image_that_all_run() -> None:
    assert [name for name, service in ours(SECRET).items() if "build" in service] == ["migrate"]


def test_without_a_password_there_is_no_database() -> None:
    with pytest.raises(KeyError, match="POSTGRES_PASSWORD"):
        services({})


def test_variables_are_documented() -> None:
    documented = set(re.findall(r"`([A-Z_]+)`", OPERATIONS.read_text(encoding="utf-8")))
    used = {name for service in ours(SECRET).values() for name in service["environment"]}
    assert used - documented == set()


def test_the_image_keeps_state_where_the_volume_is_and_runs_no_root() -> None:
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert any("EVALHUB_HOME=/var/lib/evalhub" in line for line in lines)
    assert "VOLUME /var/lib/evalhub" in lines
    assert lines.index("USER evalhub") > lines.index("RUN make install && rm -rf /root/.cache")
