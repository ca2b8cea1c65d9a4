"""The table of queries."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import combinations
from math import log
from statistics import fmean
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from evalhub.models import Campaign, GoldLabel, Hit, Judgment, QueryDisagreement, QueryScore
from evalhub.selectors.query_view import table
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, TURNED, Inputs
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


def _systems(campaign: Campaign) -> list[int]:
    return [row.system_id for row in campaign.campaign_systems.all()]


def _ids(client: Client, campaign: Campaign, parameters: str) -> list[str]:
    return [line[0] for line in _lines(client, campaign, parameters)]


@pytest.mark.parametrize(("first", "second"), [(0, 1), (2, 0), (1, 2)])
def test_sorted_by_the_difference_of_two_chosen_systems(
    signed_in: Client, campaign: Campaign, first: int, second: int
) -> None:
    keys = _systems(campaign)
    values = _values(campaign, "judge")
    difference = {query_id: found[first] - found[second] for query_id, found in values.items()}
    expected = sorted(difference, key=lambda query_id: (-abs(round(difference[query_id], 9)), query_id))
    chosen = f"sort=difference&a={keys[first]}&b={keys[second]}"
    assert _ids(signed_in, campaign, chosen) == expected
    page = signed_in.get(f"/campaigns/{campaign.pk}/queries/?{chosen}").content.decode()
    names = [row.system.name for row in campaign.campaign_systems.select_related("system")]
    assert f"<bdi>{names[first]}</bdi> − <bdi>{names[second]}</bdi>" in page
    largest = difference[expected[0]]
    assert f"{largest:+.3f}".replace("-", "−") in page


def test_a_system_is_never_compared_with_itself(signed_in: Client, campaign: Campaign) -> None:
    first, second, _ = _systems(campaign)
    same = _lines(signed_in, campaign, f"sort=difference&a={second}&b={second}")
    assert same == _lines(signed_in, campaign, f"sort=difference&a={second}&b={first}")


def test_outcomes_share_the_queries_out(signed_in: Client, campaign: Campaign) -> None:
    values = _values(campaign, "judge")
    tied = QueryScore.objects.filter(
        query__query_id="q04", measure="PWAS@5", rater_version__rater__name="judge"
    )
    tied.update(value=0.5)
    values["q04"] = [0.5] * 3
    found = {word: _ids(signed_in, campaign, f"outcome={word}") for word in ("first", "tie", "second")}
    assert found["tie"] == ["q04"]
    assert found["first"] == [q for q, (a, b, _) in sorted(values.items()) if a > b]
    assert found["second"] == [q for q, (a, b, _) in sorted(values.items()) if a < b]


def test_a_difference_by_rounding_is_a_tie(signed_in: Client, campaign: Campaign) -> None:
    rows = QueryScore.objects.filter(
        query__query_id="q04", measure="PWAS@5", rater_version__rater__name="judge"
    )
    rows.update(value=0.1 + 0.2)
    rows.filter(system=_systems(campaign)[1]).update(value=0.3)
    assert 0.1 + 0.2 != 0.3
    assert "q04" in _ids(signed_in, campaign, "outcome=tie")


def test_only_queries_with_unrated_pairs(signed_in: Client, campaign: Campaign) -> None:
    # The two unrated pairs are the first documents of q00's first two lists.
    assert _ids(signed_in, campaign, "unrated=1") == ["q00"]


def test_filtered_by_tag(signed_in: Client, campaign: Campaign) -> None:
    assert _ids(signed_in, campaign, "tag=howto") == ["q00"]
    assert _ids(signed_in, campaign, f"tag={quote(TURNED)}") == ["q00"]
    assert _ids(signed_in, campaign, f"tag={quote(TURNED)}&q=number") == ["q00"]
    nothing = signed_in.get(f"/campaigns/{campaign.pk}/queries/", {"tag": 'how" OR 1=1 --'})
    assert "No query is like that" in text(nothing)
    page = signed_in.get(f"/campaigns/{campaign.pk}/queries/").content.decode()
    assert '<option value="howto">howto</option>' in page


def test_tags_filter_before_scores_too(signed_in: Client, inputs: Inputs) -> None:
    running = make_campaign(inputs, state=Campaign.State.RUNNING)
    assert _ids(signed_in, running, "tag=howto") == ["q00"]


def _disagreement(campaign: Campaign, query_id: str) -> float:
    """Mean absolute difference over every two of both raters and gold, straight from the rows."""
    hits = Hit.objects.filter(run__campaignsystem__campaign=campaign, query__query_id=query_id)
    differences: list[float] = []
    for query_digest, digest, doc_id in set(
        hits.values_list("query__digest", "document__digest", "document__doc_id")
    ):
        judged = Judgment.objects.filter(query_digest=query_digest, document_digest=digest, state="graded")
        gains = [gain for gain in judged.values_list("gain", flat=True) if gain is not None]
        gold = GoldLabel.objects.filter(query_id=query_id, doc_id=doc_id).first()
        gains += [gold.grade / 3] if gold else []
        differences += [abs(first - second) for first, second in combinations(gains, 2)]
    return fmean(differences)


def test_sorted_by_disagreement_of_raters_and_gold(signed_in: Client, campaign: Campaign) -> None:
    expected = {query_id: _disagreement(campaign, query_id) for query_id in _values(campaign, "judge")}
    lines = _lines(signed_in, campaign, "sort=disagreement")
    assert {line[0]: line[-1] for line in lines} == {q: f"{value:.3f}" for q, value in expected.items()}
    assert [line[0] for line in lines] == sorted(expected, key=lambda q: (-round(expected[q], 9), q))


def test_a_single_rater_is_uncertain_instead(signed_in: Client, inputs: Inputs) -> None:
    alone = replace(inputs, raters=inputs.raters[:1])
    GoldLabel.objects.all().delete()
    campaign = make_campaign(alone)
    Campaign.objects.filter(pk=campaign.pk).update(gold_version=0)
    page = signed_in.get(f"/campaigns/{campaign.pk}/queries/?sort=disagreement")
    assert "most uncertain rater (entropy)" in text(page)
    # All grades come with the probabilities 0.1, 0.2, 0.3, 0.4.
    share = -sum(p * log(p, 4) for p in (0.1, 0.2, 0.3, 0.4))
    assert {line[-1] for line in tables(page, "6 queries")[0]} == {f"{share:.3f}"}


def test_scores_of_an_earlier_release_have_no_disagreement(signed_in: Client, campaign: Campaign) -> None:
    QueryDisagreement.objects.all().delete()
    page = signed_in.get(f"/campaigns/{campaign.pk}/queries/?sort=disagreement")
    assert "No disagreement is known here" in text(page)
    assert {line[-1] for line in tables(page, "6 queries")[0]} == {"–"}


@pytest.mark.parametrize(
    "parameters",
    [
        "sort=disagreement&tag=howto&q=thing&outcome=first&unrated=1",
        "sort=difference&rater=gold+labels",
        "sort=coverage&page=2",
    ],
)
def test_at_most_12_queries(
    signed_in: Client, campaign: Campaign, django_assert_max_num_queries: MaxQueries, parameters: str
) -> None:
    with django_assert_max_num_queries(12):
        signed_in.get(f"/campaigns/{campaign.pk}/queries/?{parameters}")


def test_the_choice_goes_along_to_the_query(signed_in: Client, campaign: Campaign) -> None:
    first, second, _ = _systems(campaign)
    page = signed_in.get(
        f"/campaigns/{campaign.pk}/queries/?sort=difference&a={second}&b={first}&tag=howto"
    ).content.decode()
    assert f"?rater=judge&amp;sort=difference&amp;a={second}&amp;b={first}&amp;tag=howto" in page
