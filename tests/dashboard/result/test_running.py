"""A campaign that is not done: scores so far, what went wrong, what it cost, and taking a cancel back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from math import log2
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from evalhub.models import Campaign, Hit, Job, Judgment, Run, WorkUnit
from evalhub.selectors.result import bounded_ledger, scores_so_far
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import CUTOFF, HOSTILE, START, Inputs, make_inputs
from tests.dashboard.markup import read, tables, text

MaxQueries = Callable[[int], AbstractContextManager[Any]]
State = Campaign.State
WEIGHTS = [1 / log2(rank + 1) for rank in range(1, CUTOFF + 1)]


@pytest.fixture
def running(inputs: Inputs) -> Campaign:
    """Two pairs are unrated and four of the last query pending."""
    return make_campaign(inputs, state=State.RUNNING)


def _by_hand(campaign: Campaign, system: str) -> tuple[float, float, float, float]:
    """Mean over the rated weight, its bounds, and coverage, from the rows one by one."""
    rater = campaign.campaign_raters.first()
    assert rater
    values, lowers, uppers, n_rated, n_hits = [], [], [], 0, 0
    run = campaign.campaign_systems.get(system__name=system).run
    for query in campaign.collection.queries.all():
        earned = rated = 0.0
        for hit in Hit.objects.filter(run=run, query=query).order_by("rank"):
            judgment = Judgment.objects.get(
                rater_version=rater.rater_version,
                query_digest=query.digest,
                document_digest=hit.document.digest,
            )
            n_hits += 1
            if judgment.gain is not None:
                n_rated += 1
                rated += WEIGHTS[hit.rank - 1]
                earned += WEIGHTS[hit.rank - 1] * judgment.gain
        total = sum(WEIGHTS)
        lowers.append(earned / total)
        uppers.append((earned + total - rated) / total)
        if rated:
            values.append(earned / rated)
    mean = sum(values) / len(values)
    return mean, sum(lowers) / len(lowers), sum(uppers) / len(uppers), n_rated / n_hits


def test_scores_so_far_are_means_over_what_is_rated_with_bounds(signed_in: Client, running: Campaign) -> None:
    (rows,) = tables(signed_in.get(f"/campaigns/{running.pk}/so-far/"), "Scores so far by judge")
    assert [row[0] for row in rows] != []
    for name, score, bounds, rated in rows:
        mean, lower, upper, coverage = _by_hand(running, name)
        assert lower <= mean <= upper
        assert score == f"{mean:.3f}"
        assert bounds == f"{lower:.3f} to {upper:.3f}"
        assert rated == f"{int(coverage * 1000) / 10:.1f}%"
    scores = [float(row[1]) for row in rows]
    assert scores == sorted(scores, reverse=True)


def test_a_system_that_did_not_retrieve_yet_has_no_score(signed_in: Client, running: Campaign) -> None:
    run = Run.objects.get(system__name="production")
    Job.objects.filter(pk=run.job_id).update(state="running")
    (rows,) = tables(signed_in.get(f"/campaigns/{running.pk}/so-far/"), "Scores so far")
    assert rows[-1] == ["production", "not retrieved yet"]


def test_before_the_first_grade_it_says_when_scores_come(signed_in: Client, running: Campaign) -> None:
    Judgment.objects.all().delete()
    assert "as soon as pairs are rated" in text(signed_in.get(f"/campaigns/{running.pk}/so-far/"))


def test_of_many_queries_only_the_first_are_looked_at(
    signed_in: Client, running: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scores_so_far, "MOST_PAIRS", 4 * 3 * CUTOFF)
    page = text(signed_in.get(f"/campaigns/{running.pk}/so-far/"))
    assert "of the first 4 of 6 queries" in page
    found = scores_so_far.scores_so_far(running)
    assert found
    assert (found.n_queries, found.n_queries_in_all) == (4, 6)


def test_it_is_computed_once_in_ten_seconds_however_many_look(
    signed_in: Client, running: Campaign, django_assert_max_num_queries: MaxQueries
) -> None:
    first = signed_in.get(f"/campaigns/{running.pk}/so-far/", headers={"HX-Request": "true"})
    Judgment.objects.all().delete()
    with django_assert_max_num_queries(3):  # session, user, campaign
        again = signed_in.get(f"/campaigns/{running.pk}/so-far/", headers={"HX-Request": "true"})
    assert again.content == first.content
    cache.clear()
    assert again.content != signed_in.get(f"/campaigns/{running.pk}/so-far/").content


def test_asking_ends_with_the_campaign(signed_in: Client, running: Campaign) -> None:
    address = f"/campaigns/{running.pk}/so-far/"
    assert signed_in.get(address, headers={"HX-Request": "true"}).status_code == 200
    Campaign.objects.filter(pk=running.pk).update(state=State.DONE, finished_at=START)
    answer = signed_in.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 286
    assert "see its result" in text(answer)
    assert "so-far" not in signed_in.get(f"/campaigns/{running.pk}/").content.decode()


@pytest.mark.parametrize("n_queries", [2, 12])
def test_queries_of_the_database_do_not_grow(
    signed_in: Client, django_assert_max_num_queries: MaxQueries, n_queries: int
) -> None:
    campaign = make_campaign(make_inputs(n_queries=n_queries), state=State.RUNNING)
    WorkUnit.objects.filter(job__kind="rate").update(state="failed", error="boom")
    for address in ("", "so-far/"):
        with django_assert_max_num_queries(12):
            signed_in.get(f"/campaigns/{campaign.pk}/{address}")


def test_problems_are_grouped_by_reason_and_counted(signed_in: Client, running: Campaign) -> None:
    job = Job.objects.get(label="head by judge")
    for number in (1, 2, 3):
        error = "the key was refused" if number < 3 else HOSTILE
        WorkUnit.objects.create(job=job, number=number, state="failed", error=error, available_at=START)
    page = signed_in.get(f"/campaigns/{running.pk}/")
    (rows,) = tables(page, "Problems so far")
    assert rows == [
        ["Rate head by judge", "2 units failed", "the key was refused"],
        ["Rate head by judge", "1 unit failed", HOSTILE],
        ["Rated by judge", "2 pairs unrated", "refused: the model declined to grade"],
        ["Rated by second", "2 pairs unrated", "refused: the model declined to grade"],
    ]
    assert "<script>alert" not in page.content.decode()


def test_what_was_spent_stands_beside_the_budget(signed_in: Client, running: Campaign) -> None:
    Campaign.objects.filter(pk=running.pk).update(budget_usd=Decimal("5"))
    job = Job.objects.get(label="head by judge")
    Job.objects.filter(pk=job.pk).update(spent_usd=Decimal("2.75"))
    running.campaign_jobs.filter(job=job).update(spent_before_usd=Decimal("0.5"))
    page = signed_in.get(f"/campaigns/{running.pk}/")
    assert "Cost so far: $2.25 of a budget of $5.00" in text(page)
    (meter,) = (attributes for tag, attributes in read(page).tags if tag == "meter")
    assert (meter["max"], meter["value"]) == ("5.0000", "2.2500")


def test_a_cancel_is_taken_back_with_a_click(signed_in: Client, running: Campaign) -> None:
    answer = signed_in.post(f"/campaigns/{running.pk}/cancel", follow=True)
    (undo,) = (a["action"] for tag, a in read(answer).tags if tag == "form" and a.get("class") == "undo")
    assert Campaign.objects.get(pk=running.pk).state == State.CANCELLED
    signed_in.post(str(undo))
    assert Campaign.objects.get(pk=running.pk).state == State.RUNNING


def test_the_ledger_of_a_large_campaign_is_not_counted_for_every_look(
    signed_in: Client, running: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/campaigns/{running.pk}/"
    monkeypatch.setattr(bounded_ledger, "LARGE", 1)
    (before,) = tables(signed_in.get(address), "Ratings")
    Judgment.objects.filter(state="graded").delete()
    assert tables(signed_in.get(address), "Ratings") == [before]
    cache.clear()
    assert tables(signed_in.get(address), "Ratings") != [before]


def test_without_scripts_times_name_the_servers_zone(signed_in: Client, campaign: Campaign) -> None:
    report = signed_in.get(f"/campaigns/{campaign.pk}/report/")
    assert "finished 2026-01-05 09:01:23 UTC" in text(report)
    times = [attributes for tag, attributes in read(report).tags if tag == "time"]
    assert {"datetime": "2026-01-05T09:01:23+00:00", "data-exact": None} in times
