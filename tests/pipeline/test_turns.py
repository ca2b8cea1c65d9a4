"""Who waits in a queue takes turns."""

from collections import Counter

import pytest
from django.utils import timezone

from evalhub.models import Job, Workspace, WorkUnit
from evalhub.pipeline import turns
from evalhub.pipeline.advance import advance
from evalhub.pipeline.claim import claim_unit
from evalhub.pipeline.execute import execute_in_turn
from evalhub.pipeline.turns import Waiting, claim_in_turn, whose_turn
from evalhub.services.jobs import JobRequest, job_request
from tests.pipeline.conftest import Broker, Recorder


def asked(workspace: Workspace, key: str) -> Job:
    request = JobRequest(Job.Kind.INGEST, key, {}, key, "default", "things")
    return job_request(workspace, request, [], now=timezone.now())


def tickets(broker: Broker) -> list[int]:
    """Advances every job that waits, as the workers do first, and returns the units in the broker."""
    for task, job_id in [message for message in broker.messages if message[0] == "evalhub.advance"]:
        broker.messages.remove((task, job_id))
        advance(job_id, now=timezone.now())
    return [row_id for task, row_id in broker.messages if task == "evalhub.unit"]


@pytest.fixture
def other(transactional_db: None) -> Workspace:
    return Workspace.objects.create(slug="other", name="Other")


def test_ten_that_came_after_ninety_are_not_all_behind_them(
    workspace: Workspace, other: Workspace, broker: Broker, recorder: Recorder
) -> None:
    for n in range(90):
        asked(workspace, f"mine {n}")
    for n in range(10):
        asked(other, f"theirs {n}")
    while left := tickets(broker):
        broker.messages.remove(("evalhub.unit", left[0]))
        execute_in_turn(left[0])
    begun = list(WorkUnit.objects.order_by("started_at").values_list("job__workspace__slug", flat=True))
    assert Counter(begun) == {"default": 270, "other": 30}
    # Even shares: thirty of two who take turns are through after some sixty, and not after three hundred.
    assert max(place for place, whose in enumerate(begun) if whose == "other") < 100


def test_every_ticket_runs_one_unit_and_none_twice(
    workspace: Workspace, other: Workspace, broker: Broker, recorder: Recorder
) -> None:
    jobs = [asked(place, f"job {n}") for n in range(5) for place in (workspace, other)]
    while left := tickets(broker):
        ticket = left[0]
        broker.messages.remove(("evalhub.unit", ticket))
        execute_in_turn(ticket)
    assert sorted(recorder.completed) == sorted(job.pk for job in jobs)
    assert set(WorkUnit.objects.values_list("state", "attempt")) == {("done", 1)}


def test_who_loses_the_race_for_a_unit_takes_another(
    workspace: Workspace, broker: Broker, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(workspace, "a")
    asked(workspace, "b")
    first, second = tickets(broker)
    rivals = iter([first])

    def claimed(unit_id: int, **told: object) -> WorkUnit | None:
        if rival := next(rivals, None):
            assert claim_unit(rival, now=timezone.now())
        return claim_unit(unit_id, now=timezone.now())

    monkeypatch.setattr(turns, "claim_unit", claimed)
    taken = claim_in_turn(first, now=timezone.now())
    assert taken is not None
    assert taken.pk == second
    assert claim_in_turn(second, now=timezone.now()) is None


def test_a_unit_that_is_not_due_or_not_running_is_nobodys_turn(
    workspace: Workspace, broker: Broker, recorder: Recorder
) -> None:
    job = asked(workspace, "a")
    (ticket,) = tickets(broker)
    Job.objects.filter(pk=job.pk).update(state=Job.State.PAUSED)
    assert claim_in_turn(ticket, now=timezone.now()) is None
    assert claim_in_turn(ticket + 1000, now=timezone.now()) is None


def test_who_holds_fewer_units_is_first_and_equals_have_even_shares() -> None:
    assert whose_turn([Waiting((1, 7), 1), Waiting((2, None), 0)], 5) == (2, None)
    equals = [Waiting((1, 7), 0), Waiting((1, 8), 0)]
    for stride in (1, 2, 3, 6):
        drawn = Counter(whose_turn(equals, n * stride) for n in range(200))
        assert min(drawn.values()) > 70, stride
