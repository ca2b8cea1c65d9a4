import re

import pytest
from django.test import Client

from evalhub.models import Campaign, System
from tests.api.conftest import spec, start
from tests.api.schema_check import CheckedClient

LINE = re.compile(r'^(\w+)\{state="(\w+)"\} (\d+)$')


def counts() -> dict[tuple[str, str], int]:
    """What the metrics say, by name and state."""
    response = Client().get("/metrics")
    assert response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in response.content.decode().splitlines() if not line.startswith("#")]
    found = [LINE.match(line) for line in lines]
    assert all(found)
    return {(match[1], match[2]): int(match[3]) for match in found if match}


@pytest.mark.django_db
def test_an_empty_installation_counts_0_in_every_state() -> None:
    assert set(counts().values()) == {0}
    assert len(counts()) == 5 + 6 + 4  # states of campaigns, jobs and work units


def test_campaigns_jobs_and_units_are_counted_by_state(api: CheckedClient, production: System) -> None:
    for name in ("a", "b"):
        start(api, spec(name=name))
    Campaign.objects.filter(name="b").update(state="failed")
    found = counts()
    assert (found["evalhub_campaigns", "running"], found["evalhub_campaigns", "failed"]) == (1, 1)
    # Retrieving and rating are shared; scores are, too, since nothing that decides them differs.
    assert found["evalhub_jobs", "waiting"] == 3
    assert found["evalhub_work_units", "free"] == 3


@pytest.mark.django_db
def test_each_metric_is_explained_once() -> None:
    text = Client().get("/metrics").content.decode()
    for name in ("evalhub_campaigns", "evalhub_jobs", "evalhub_work_units"):
        assert text.count(f"# HELP {name} ") == text.count(f"# TYPE {name} gauge") == 1
