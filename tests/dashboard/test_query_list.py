"""The table of queries."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from evalhub.models import Campaign, QueryScore
from evalhub.selectors.query_view import table
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, Inputs
from tests.dashboard.markup import tables, text

MaxQueries = Callable[[int], AbstractContextManager[Any]]


def _lines(client: Client, campaign: Campaign, parameters: str = "") -> list[list[str]]:
    (lines,) = tables(client.get(f"/campaigns/{campaign.pk}/queries/?{parameters}"), "")
    return lines


def _values(campaign: Campaign, rater: str) -> dict[str, list[float]]:
    """Values by query id, in the order of systems, straight from the rows."""
    found: dict[str, list[float]] = {}
    rows = QueryScore.objects.filter(
        job=campaign.score_job, rater_version__rater__name=rater, measure="PWAS@5"
    ).order_by("system__campaignsystem__position")
    for row in rows.select_related("query"):
        assert row.value is not None
        found.setdefault(row.query.query_id, []).append(row.value)
    return found


@pytest.mark.parametrize("rater", ["judge", "second"])
def test_values_are_those_of_the_score_job(signed_in: Client, campaign: Campaign, rater: str) -> None:
    values = _values(campaign, rater)
    lines = _lines(signed_in, campaign, f"rater={rater}")
    assert [line[0] for line in lines] == ["q00", "q01", "q02", "q03", "q04", "q05"]
    for query_id, _, *systems, difference, spread, lowest, coverage, _disagreement in lines:
        of_query = values[query_id]
        assert systems == [f"{value:.3f}" for value in of_query]
        assert difference == f"{of_query[0] - of_query[1]:+.3f}".replace("-", "−")
        assert spread == f"{max(of_query) - min(of_query):.3f}"
        assert lowest == f"{min(of_query):.3f}"
        # The two unrated pairs are the first documents of q00's first two lists.
        assert (coverage == "100.0%") == (query_id != "q00")


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("spread", lambda values: -(max(values) - min(values))),
        ("lowest", min),
    ],
)
def test_sorted_by_value(
    signed_in: Client, campaign: Campaign, sort: str, key: Callable[[list[float]], float]
) -> None:
    values = _values(campaign, "judge")
    expected = sorted(values, key=lambda query_id: (round(key(values[query_id]), 9), query_id))
    assert [line[0] for line in _lines(signed_in, campaign, f"sort={sort}")] == expected


def test_sorted_by_coverage(signed_in: Client, campaign: Campaign) -> None:
    assert [line[0] for line in _lines(signed_in, campaign, "sort=coverage")][:2] == ["q00", "q01"]


def test_queries_without_a_value_come_last(signed_in: Client, campaign: Campaign) -> None:
    QueryScore.objects.filter(query__query_id="q02").update(value=None)
    for sort in ("spread", "lowest"):
        last = _lines(signed_in, campaign, f"sort={sort}")[-1]
        assert last[0] == "q02"
        assert last[2:8] == ["–"] * 6


def test_gold_labels_are_a_choice_beside_the_raters(signed_in: Client, campaign: Campaign) -> None:
    lines = _lines(signed_in, campaign, "rater=gold+labels")
    gold = QueryScore.objects.filter(job=campaign.score_job, measure="nDCG@5", query__query_id="q00")
    expected = [f"{row.value:.3f}" for row in gold.order_by("system__campaignsystem__position")]
    assert lines[0][2:5] == expected
    assert lines[0][8] == "–"  # coverage is a rater's


def test_search_by_text_and_by_id(signed_in: Client, campaign: Campaign) -> None:
    assert [line[0] for line in _lines(signed_in, campaign, "q=NUMBER+3")] == ["q03"]
    assert [line[0] for line in _lines(signed_in, campaign, "q=q05")] == ["q05"]
    assert [line[0] for line in _lines(signed_in, campaign, f"q={quote(HOSTILE)}")] == ["q01"]
    nothing = signed_in.get(f"/campaigns/{campaign.pk}/queries/", {"q": f"x{HOSTILE}"})
    assert f"No query matches “x{HOSTILE}”" in text(nothing)
    assert "<script>alert" not in nothing.content.decode()


def test_unknown_parameters_fall_back(signed_in: Client, campaign: Campaign) -> None:
    assert _lines(signed_in, campaign, "rater=nobody&sort=colour&page=x") == _lines(signed_in, campaign)


def test_before_scores_the_queries_are_listed_without_values(signed_in: Client, inputs: Inputs) -> None:
    running = make_campaign(inputs, state=Campaign.State.RUNNING)
    lines = _lines(signed_in, running, "sort=spread")
    assert [line[0] for line in lines] == ["q00", "q01", "q02", "q03", "q04", "q05"]
    assert all(line[2:] == ["–"] * 8 for line in lines)


def test_pages_keep_the_choice(
    signed_in: Client,
    campaign: Campaign,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: MaxQueries,
) -> None:
    monkeypatch.setattr(table, "QUERIES_PER_PAGE", 4)
    with django_assert_max_num_queries(12):
        first = signed_in.get(f"/campaigns/{campaign.pk}/queries/?sort=spread&rater=second")
    (lines,) = tables(first, "6 queries")
    assert len(lines) == 4
    assert 'rel="next" href="?sort=spread&amp;rater=second&amp;page=2"' in first.content.decode()
    assert len(_lines(signed_in, campaign, "sort=spread&rater=second&page=2")) == 2
