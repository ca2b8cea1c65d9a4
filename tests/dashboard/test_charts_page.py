"""The page of charts, and each chart to take along: what they say is what the campaign found."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from math import log2
from typing import Any

import pytest
from django.test import Client

from evalhub.dashboard.chart_files import FORMS
from evalhub.dashboard.charts import KINDS
from evalhub.models import Campaign, Judgment, QueryScore
from evalhub.selectors.results import campaign_results
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import CUTOFF, Inputs
from tests.dashboard.markup import text

MaxQueries = Callable[[int], AbstractContextManager[Any]]
MOST_QUERIES = 12
SVG, PNG = b"<svg", b"\x89PNG"


def rows_of(client: Client, campaign: Campaign, name: str) -> list[dict[str, str]]:
    response = client.get(f"/campaigns/{campaign.pk}/charts/{name}.csv")
    assert response.status_code == 200
    assert f"campaign-{campaign.pk}-{name}.csv" in response["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def test_differences_are_those_of_the_result(signed_in: Client, campaign: Campaign) -> None:
    expected = {
        (row["rater"], row["measure"], row["system"], row["baseline"]): row["difference"]
        for row in campaign_results(campaign)["comparisons"]
    }
    found = rows_of(signed_in, campaign, "differences")

    assert {
        (row["rater"], row["measure"], row["system"], row["baseline"]): float(row["difference"])
        for row in found
    } == expected


def test_wins_ties_and_losses_are_counted_query_by_query(signed_in: Client, campaign: Campaign) -> None:
    found = next(row for row in rows_of(signed_in, campaign, "outcomes") if row["rater"] == "judge")
    values = {
        name: dict(
            QueryScore.objects.filter(
                job=campaign.score_job,
                rater_version__rater__name="judge",
                measure=f"PWAS@{CUTOFF}",
                system__name=found[name],
            ).values_list("query", "value")
        )
        for name in ("system", "baseline")
    }
    pairs = [(value, values["baseline"][query]) for query, value in values["system"].items()]

    assert int(found["wins"]) == sum(ours > theirs for ours, theirs in pairs)
    assert int(found["ties"]) == sum(ours == theirs for ours, theirs in pairs)
    assert int(found["losses"]) == sum(ours < theirs for ours, theirs in pairs)


def test_a_histogram_holds_every_query_once(signed_in: Client, campaign: Campaign) -> None:
    bins = rows_of(signed_in, campaign, "spread")
    pairs = {(row["rater"], row["system"], row["baseline"]) for row in bins}

    for pair in pairs:
        mine = [row for row in bins if (row["rater"], row["system"], row["baseline"]) == pair]
        assert sum(int(row["n_queries"]) for row in mine) == 6


def test_the_mean_by_rank_weighed_by_rank_is_the_score(signed_in: Client, inputs: Inputs) -> None:
    campaign = make_campaign(inputs, n_unrated=0)
    for system in campaign_results(campaign)["systems"]:
        gains = [
            float(row["mean_gain"])
            for row in rows_of(signed_in, campaign, "by-rank")
            if (row["rater"], row["system"]) == (system["rater"], system["name"])
        ]
        weights = [1 / log2(rank + 1) for rank in range(1, CUTOFF + 1)]
        score = sum(w * g for w, g in zip(weights, gains, strict=True)) / sum(weights)
        assert score == pytest.approx(system["measures"][f"PWAS@{CUTOFF}"]["value"])


def test_a_system_is_dominated_by_one_that_scores_more_at_less_cost(
    signed_in: Client, campaign: Campaign
) -> None:
    points = rows_of(signed_in, campaign, "frontier")
    for point in points:
        rivals = [
            other
            for other in points
            if (other["rater"], other["cost_of"]) == (point["rater"], point["cost_of"])
            and float(other["value"]) >= float(point["value"])
            and float(other["cost"]) <= float(point["cost"])
            and (other["value"], other["cost"]) != (point["value"], point["cost"])
        ]
        assert point["is_dominated"] == str(bool(rivals))


@pytest.mark.parametrize("name", list(KINDS))
def test_every_chart_comes_in_every_form(signed_in: Client, campaign: Campaign, name: str) -> None:
    address = f"/campaigns/{campaign.pk}/charts/{name}"

    spec = json.loads(signed_in.get(f"{address}.json?rater=judge").content)
    assert "http" not in json.dumps({key: value for key, value in spec.items() if key != "$schema"})
    assert SVG in signed_in.get(f"{address}.svg?rater=judge").content
    assert signed_in.get(f"{address}.png?rater=judge").content.startswith(PNG)


def test_the_page_shows_one_rater_and_names_the_others(
    signed_in: Client, campaign: Campaign, django_assert_max_num_queries: MaxQueries
) -> None:
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(f"/campaigns/{campaign.pk}/charts/?rater=second")

    shown = page.content.decode()
    assert "<option>judge</option>" in shown
    assert "<option selected>second</option>" in shown
    for kind in KINDS.values():
        assert kind.title in text(page)


def test_before_it_is_scored_there_is_nothing_to_draw(signed_in: Client, inputs: Inputs) -> None:
    campaign = make_campaign(inputs, state=Campaign.State.RUNNING)
    Judgment.objects.all().delete()

    assert "once the campaign is scored" in text(signed_in.get(f"/campaigns/{campaign.pk}/charts/"))
    assert signed_in.get(f"/campaigns/{campaign.pk}/charts/differences.svg").status_code == 404


@pytest.mark.parametrize("path", ["nothing.svg", "differences.exe"])
def test_what_is_no_chart_is_not_found(signed_in: Client, campaign: Campaign, path: str) -> None:
    assert signed_in.get(f"/campaigns/{campaign.pk}/charts/{path}").status_code == 404


def test_forms_are_what_the_page_offers() -> None:
    assert set(FORMS) == {"csv", "json", "svg", "png"}
