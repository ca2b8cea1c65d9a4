"""The job machine: content keys, units, leases, retries, holds."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.utils import OperationalError
from django.utils import timezone

from evalhub.models import Job, WorkUnit
from evalhub.pipeline.advance import WINDOW, advance
from evalhub.pipeline.claim import claim_unit, finish_unit, release_unit
from evalhub.pipeline.execute import execute
from evalhub.pipeline.kind import Later, UnableToProceed
from evalhub.pipeline.sweep import MAX_FAILURES, sweep
from evalhub.services.jobs import job_hold, job_release
from tests.pipeline.conftest import Broker, Recorder

Ask = Callable[..., Job]


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_a_job_plans_runs_every_unit_once_and_completes_once(
    ask: Ask, broker: Broker, recorder: Recorder
) -> None:
    job = ask("a")
    broker.drain()
    assert state_of(job) == Job.State.DONE
    assert recorder.ran == [1, 2]
    assert recorder.completed == [job.pk]


def test_asking_again_for_the_same_content_returns_the_finished_job_and_runs_nothing(
    ask: Ask, broker: Broker, recorder: Recorder
) -> None:
    job = ask("a")
    broker.drain()
    recorder.ran.clear()
    assert ask("a").pk == job.pk
    broker.drain()
    assert recorder.ran == []
    assert ask("b").pk != job.pk


def test_a_job_waits_for_what_it_requires(ask: Ask, broker: Broker, recorder: Recorder) -> None:
    first = ask("first")
    second = ask("second", first)
    advance(second.pk, now=timezone.now())
    assert state_of(second) == Job.State.WAITING
    broker.drain()
    assert recorder.completed == [first.pk, second.pk]


def test_a_job_without_units_completes(ask: Ask, broker: Broker, recorder: Recorder) -> None:
    recorder.n_units = 0
    job = ask("empty")
    broker.drain()
    assert state_of(job) == Job.State.DONE


def test_a_second_delivery_of_a_unit_changes_nothing(ask: Ask, broker: Broker, recorder: Recorder) -> None:
    job = ask("a")
    broker.drain()
    for unit in job.units.all():
        execute(unit.pk)
    assert recorder.ran == [1, 2]
    assert recorder.completed == [job.pk]


def test_only_one_of_two_workers_gets_a_unit(ask: Ask, broker: Broker, recorder: Recorder) -> None:
    unit = _free_unit(ask("a"))
    now = timezone.now()
    assert claim_unit(unit.pk, now=now) is not None
    assert claim_unit(unit.pk, now=now) is None


def test_a_worker_that_lost_its_lease_can_not_finish(ask: Ask, broker: Broker, recorder: Recorder) -> None:
    unit = _free_unit(ask("a"))
    slow = claim_unit(unit.pk, now=timezone.now())
    assert slow is not None
    WorkUnit.objects.filter(pk=unit.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep(now=timezone.now())
    quick = claim_unit(unit.pk, now=timezone.now())
    assert quick is not None
    assert quick.attempt == slow.attempt + 1
    assert not finish_unit(slow, [], now=timezone.now())
    assert not release_unit(slow, now=timezone.now())
    assert finish_unit(quick, [], now=timezone.now())


def test_the_sweep_frees_at_once_what_a_dead_process_of_this_machine_held(
    ask: Ask, broker: Broker, recorder: Recorder
) -> None:
    unit = _free_unit(ask("a"))
    claimed = claim_unit(unit.pk, now=timezone.now())
    assert claimed is not None
    host = claimed.worker.rpartition(":")[0]
    no_such_process = 2**22 + 1  # above Linux's highest process id
    WorkUnit.objects.filter(pk=unit.pk).update(worker=f"{host}:{no_such_process}")
    sweep(now=timezone.now())
    broker.drain()
    assert state_of(unit.job) == Job.State.DONE


def test_a_unit_that_keeps_killing_its_worker_fails_the_job_with_the_reason(
    ask: Ask, broker: Broker, recorder: Recorder
) -> None:
    unit = _free_unit(ask("a"))
    for _ in range(MAX_FAILURES):
        assert claim_unit(unit.pk, now=timezone.now()) is not None
        WorkUnit.objects.filter(pk=unit.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        sweep(now=timezone.now())
    assert state_of(unit.job) == Job.State.FAILED
    assert "died or hung 5 times in a row" in unit.job.error


def test_a_lost_message_is_sent_again_by_the_sweep(ask: Ask, broker: Broker, recorder: Recorder) -> None:
    job = ask("a")
    broker.messages.clear()
    sweep(now=timezone.now())
    broker.messages.clear()  # the broker lost what it had
    sweep(now=timezone.now() + timedelta(minutes=5))
    broker.drain()
    assert state_of(job) == Job.State.DONE


def test_later_gives_the_unit_back_without_counting_a_failure(
    ask: Ask, broker: Broker, recorder: Recorder
) -> None:
    def wait_once(unit: WorkUnit) -> None:
        if unit.attempt == 1:
            raise Later("the provider asks to wait", delay_s=0.0)

    recorder.behaviour = wait_once
    job = ask("a")
    broker.drain()
    assert state_of(job) == Job.State.DONE
    assert set(job.units.filter(number__gt=0).values_list("attempt", "n_failures")) == {(2, 0)}


def test_a_database_that_is_away_for_a_moment_does_not_fail_the_unit(
    ask: Ask, broker: Broker, recorder: Recorder
) -> None:
    def locked_once(unit: WorkUnit) -> None:
        if unit.attempt == 1:
            raise OperationalError("database is locked")

    recorder.behaviour = locked_once
    job = ask("a")
    broker.drain()
    assert state_of(job) == Job.State.RUNNING
    WorkUnit.objects.filter(job=job).update(available_at=timezone.now(), enqueued_at=None)
    sweep(now=timezone.now())
    broker.drain()
    assert state_of(job) == Job.State.DONE


@pytest.mark.parametrize("error", [UnableToProceed("corpus.jsonl:3: broken"), ZeroDivisionError("a bug")])
def test_a_failing_unit_fails_the_job_only_after_the_others_ended_and_retry_runs_only_it(
    ask: Ask, broker: Broker, recorder: Recorder, error: Exception
) -> None:
    def fail_first(unit: WorkUnit) -> None:
        if unit.number == 1:
            raise error

    recorder.behaviour = fail_first
    job = ask("a")
    waiting = ask("b", job)
    broker.drain()
    assert state_of(job) == Job.State.FAILED
    assert str(error) in job.error
    assert recorder.ran == [2]
    assert state_of(waiting) == Job.State.FAILED
    assert "needs ingest job a" in waiting.error
    recorder.behaviour = lambda unit: None
    job_release(job, now=timezone.now())
    broker.drain()
    assert state_of(job) == Job.State.DONE
    assert recorder.ran == [2, 1]


def test_a_held_job_gives_out_no_unit_and_goes_on_where_it_was(
    ask: Ask, broker: Broker, recorder: Recorder
) -> None:
    job = ask("a")
    recorder.behaviour = lambda unit: job_hold(job, Job.State.PAUSED)
    broker.drain()
    assert recorder.ran == [1]
    assert state_of(job) == Job.State.PAUSED
    recorder.behaviour = lambda unit: None
    job_release(job, now=timezone.now())
    broker.drain()
    assert recorder.ran == [1, 2]
    assert state_of(job) == Job.State.DONE


def test_a_large_job_keeps_a_bounded_window_in_the_broker(
    ask: Ask, broker: Broker, recorder: Recorder
) -> None:
    recorder.n_units = 3 * WINDOW
    job = ask("a")
    execute(_free_unit(job).pk)
    assert len([m for m in broker.messages if m[0] == "evalhub.unit"]) == WINDOW + 1  # and the plan's own
    broker.drain()
    assert recorder.ran == list(range(1, 3 * WINDOW + 1))


def _free_unit(job: Job) -> WorkUnit:
    """The planning unit of a job that has just started."""
    advance(job.pk, now=timezone.now())
    return WorkUnit.objects.select_related("job").get(job=job, number=0)
