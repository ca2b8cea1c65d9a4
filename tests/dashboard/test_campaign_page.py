"""The page of a campaign says what the result JSON says."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from evalhub.models import Campaign, Job, Judgment
from evalhub.selectors.results import campaign_results
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, START, Inputs, make_inputs
from tests.dashboard.markup import tables, text

MaxQueries = Callable[[int], AbstractContextManager[Any]]
MOST_QUERIES = 12


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


def _interval(row: dict[str, Any]) -> str:
    return f"[{_number(row['low'])}, {_number(row['high'])}]"


def _share(value: float) -> str:
    return f"{int(value * 1000) / 10:.1f}%"


def test_scores_equal_the_result(signed_in: Client, campaign: Campaign) -> None:
    results = campaign_results(campaign)
    shown = tables(signed_in.get(f"/campaigns/{campaign.pk}/"), "Means over 6 queries")
    assert len(shown) == 2
    for table, rater in zip(shown, ("judge", "second"), strict=True):
        expected = {row["name"]: row for row in results["systems"] if row["rater"] == rater}
        assert {row[0] for row in table} == set(expected)
        values = [expected[row[0]]["measures"]["PWAS@5"]["value"] for row in table]
        assert values == sorted(values, reverse=True)
        for name, _, score, bounds, coverage, *gold in table:
            measure = expected[name]["measures"]["PWAS@5"]
            assert score == f"{_number(measure['value'])}{_interval(measure)}"
            assert bounds == f"{_number(measure['lower_bound'])} to {_number(measure['upper_bound'])}"
            assert coverage == _share(measure["coverage"])
            assert gold == [
                f"{_number(row['value'])}{_interval(row)}" for row in expected[name]["gold_measures"].values()
            ]


def test_gold_measures_start_with_ndcg(campaign: Campaign) -> None:
    assert next(iter(campaign_results(campaign)["systems"][0]["gold_measures"])) == "nDCG@5"


def test_differences_equal_the_result(signed_in: Client, campaign: Campaign) -> None:
    shown = tables(signed_in.get(f"/campaigns/{campaign.pk}/"), "Differences in")
    words = {"tie": "no difference found"}
    expected = [
        [
            row["system"],
            words.get(row["verdict"], row["verdict"]),
            row["baseline"],
            f"{row['difference']:+.3f}".replace("-", "−") + f" {_interval(row)}",
            "<0.001" if row["p_holm"] < 0.001 else f"{row['p_holm']:.3f}",
        ]
        for row in campaign_results(campaign)["comparisons"]
    ]
    assert [line for table in shown for line in table] == expected
    assert len(expected) == 9  # three pairs of systems, by two raters and on gold labels


def test_the_ledger_and_the_profile_equal_the_result(signed_in: Client, campaign: Campaign) -> None:
    answer = signed_in.get(f"/campaigns/{campaign.pk}/")
    results = campaign_results(campaign)
    (ledger,) = tables(answer, "Ratings")
    assert ledger == [
        [
            row["rater"],
            str(row["pairs"]),
            str(row["reused"]),
            str(row["rated"]),
            "22 refused",  # 2, of which 2 were refused
            str(row["pending"]),
            f"{row['input_tokens']:,}",
            str(row["output_tokens"]),
            "$0.0053",  # 53 pairs at $0.0001
            "$0.00",
        ]
        for row in results["ratings"]
    ]
    (profile,) = tables(answer, "Systems")
    # 384 dimensions of 4 bytes for 24 vectors; 0.3 s for 24 documents are 12.5 s per 1,000.
    assert profile[0] == [
        "minilm-384",
        "exact",
        "384",
        "f32",
        "24",
        "36.0 KB",
        "1.25 ms",
        "2.5 ms",
        "12 s",
        "1",
        "1.000",
    ]
    assert profile[2] == ["production", "retrieved elsewhere: no index here"]


def test_the_gate_is_said_with_its_reason(signed_in: Client, inputs: Inputs) -> None:
    failed = make_campaign(inputs, gate_minimum=0.99, n_unrated=0)
    page = text(signed_in.get(f"/campaigns/{failed.pk}/"))
    (rule,) = campaign_results(failed)["gate"]["rules"]
    assert rule["outcome"] == "fail"
    assert f"Gate: fail fail {rule['reason']}" in page


def test_undefined_is_a_dash(signed_in: Client, inputs: Inputs) -> None:
    everything_unrated = make_campaign(inputs, n_unrated=10_000)
    answer = signed_in.get(f"/campaigns/{everything_unrated.pk}/")
    for line in (row for table in tables(answer, "Means over") for row in table):
        assert line[1:5] == ["–", "––", "0.000 to 1.000", "0.0%"]
    assert "No system has a value" in text(answer)


def test_a_running_campaign_polls_and_a_done_one_does_not(signed_in: Client, inputs: Inputs) -> None:
    running = make_campaign(inputs, state=Campaign.State.RUNNING)
    page = signed_in.get(f"/campaigns/{running.pk}/").content.decode()
    assert f'hx-get="/campaigns/{running.pk}/" hx-trigger="every 2s"' in page
    fragment = signed_in.get(f"/campaigns/{running.pk}/", headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert "<html" not in fragment.content.decode()
    assert 'hx-trigger="every 2s"' in fragment.content.decode()
    Campaign.objects.filter(pk=running.pk).update(state="failed", finished_at=START)
    fragment = signed_in.get(f"/campaigns/{running.pk}/", headers={"HX-Request": "true"})
    assert fragment.status_code == 286
    assert "every 2s" not in fragment.content.decode()


def test_progress_says_how_far_each_job_is(signed_in: Client, inputs: Inputs) -> None:
    running = make_campaign(inputs, state=Campaign.State.RUNNING)
    Job.objects.filter(kind="rate", label="head by second").update(
        state="failed", error="the key was refused"
    )
    (jobs,) = tables(signed_in.get(f"/campaigns/{running.pk}/"), "Jobs")
    assert [row[:3] for row in jobs] == [
        ["Embed python-docs by minilm", "found finished", "100 of 100 documents"],
        ["Retrieve head by minilm-384", "done", "100 of 100 queries"],
        ["Retrieve head by minilm-128", "done", "100 of 100 queries"],
        ["Retrieve head by production", "done", "100 of 100 queries"],
        ["Rate head by judge", "running", "42 of 100 pairs"],
        ["Rate head by second", "failed the key was refused", "42 of 100 pairs"],
        ["Score nightly", "waiting", "0 of 100 scores"],
    ]
    assert jobs[1][3] == "5 queries/s"  # 100 in 20 s


def test_pairs_without_a_grade_are_pending(signed_in: Client, inputs: Inputs) -> None:
    running = make_campaign(inputs, state=Campaign.State.RUNNING)
    Judgment.objects.filter(state="pending")[0].delete()
    first, second = campaign_results(running)["ratings"]
    assert (first["pending"], second["pending"]) == (4, 4)  # three rows and one that is not there; four rows
    (ledger,) = tables(signed_in.get(f"/campaigns/{running.pk}/"), "Ratings")
    assert [row[5] for row in ledger] == ["4", "4"]


def test_what_was_rated_before_the_campaign_is_reused(inputs: Inputs) -> None:
    make_campaign(inputs)
    later = make_campaign(inputs, name="again", created_at=START + timedelta(days=1))
    for row in campaign_results(later)["ratings"]:
        assert row["reused"] == row["pairs"] == row["rated"] + 2
        assert row["unrated_reasons"] == {"refused": 2}
        assert (row["input_tokens"], row["cost_usd"]) == (0, 0.0)


@pytest.mark.parametrize("n_queries", [2, 12])
@pytest.mark.parametrize("state", [Campaign.State.DONE, Campaign.State.RUNNING])
def test_queries_of_the_database_do_not_grow(
    signed_in: Client,
    django_assert_max_num_queries: MaxQueries,
    n_queries: int,
    state: Campaign.State,
) -> None:
    campaign = make_campaign(make_inputs(n_queries=n_queries), state=state)
    with django_assert_max_num_queries(MOST_QUERIES):
        signed_in.get(f"/campaigns/{campaign.pk}/")


def test_hostile_names_are_shown_inertly(signed_in: Client, inputs: Inputs) -> None:
    system = inputs.systems[0]
    system.name = HOSTILE
    system.save()
    campaign = make_campaign(inputs, name=HOSTILE)
    Campaign.objects.filter(pk=campaign.pk).update(error=HOSTILE)
    for address in ("/", f"/campaigns/{campaign.pk}/", f"/campaigns/{campaign.pk}/queries/"):
        page = signed_in.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert" in page
