"""The trend of a campaign that is repeated."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from evalhub.models import Campaign, System
from evalhub.selectors.results import campaign_results
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, Inputs
from tests.dashboard.markup import tables, text
from tests.dashboard.repeats import repeated, with_next_snapshot, with_next_version, with_other_lists

MaxQueries = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def campaigns(inputs: Inputs) -> list[Campaign]:
    """One, then with other lists, then with a new version of the rater."""
    return [
        make_campaign(inputs),
        repeated(with_other_lists(inputs), days=1),
        repeated(with_next_version(inputs), days=2),
    ]


def _rows(client: Client, campaign: Campaign, asked: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/campaigns/{campaign.pk}/trend/trend.csv{asked}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


@pytest.mark.parametrize("rater", ["judge", "second"])
def test_points_are_those_of_the_results(signed_in: Client, campaigns: list[Campaign], rater: str) -> None:
    expected = {
        (str(campaign.pk), row["name"]): row["measures"]["PWAS@5"]
        for campaign in campaigns
        for row in campaign_results(campaign)["systems"]
        if row["rater"] == rater
    }
    found = _rows(signed_in, campaigns[0], f"?rater={rater}")
    assert len(found) == len(expected) == 9
    for row in found:
        measure = expected[row["campaign"], row["system"]]
        for name in ("value", "low", "high", "coverage"):
            assert float(row[name]) == measure[name]


def test_the_table_is_newest_first_and_says_what_changed(
    signed_in: Client, campaigns: list[Campaign]
) -> None:
    (lines,) = tables(signed_in.get(f"/campaigns/{campaigns[2].pk}/trend/"), "Trend")
    assert [line[0] for line in lines] == [f"#{campaign.pk}" for campaign in reversed(campaigns)]
    assert "rater judge: judge v1 (judge001) → judge v2 (judge2aa)" in lines[0][-1]
    assert "system minilm-384: m exact 384 f32 → other.trec (other012)" in lines[1][-1]
    assert lines[2][-1] == "–"


def test_a_line_breaks_where_scores_stop_comparing(signed_in: Client, campaigns: list[Campaign]) -> None:
    scales = {row["campaign"]: row["scale"] for row in _rows(signed_in, campaigns[0])}
    assert list(scales.values()) == ["0", "0", "1"]
    # The other rater's version stayed as it was.
    scales = {row["campaign"]: row["scale"] for row in _rows(signed_in, campaigns[0], "?rater=second")}
    assert list(scales.values()) == ["0", "0", "0"]


def test_a_new_snapshot_is_marked_without_a_break(signed_in: Client, inputs: Inputs) -> None:
    first = make_campaign(inputs)
    repeated(with_next_snapshot(inputs))
    rows = _rows(signed_in, first)
    assert {(row["changed"], row["scale"]) for row in rows} == {
        ("", "0"),
        ("corpus: snapshot 1 → snapshot 2", "0"),
    }


@pytest.mark.parametrize(("form", "start"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_the_chart_comes_as_a_picture(
    signed_in: Client, campaigns: list[Campaign], form: str, start: bytes
) -> None:
    assert signed_in.get(f"/campaigns/{campaigns[0].pk}/trend/trend.{form}").content.startswith(start)


def test_the_chart_asks_nothing_outside(signed_in: Client, campaigns: list[Campaign]) -> None:
    spec = json.loads(signed_in.get(f"/campaigns/{campaigns[0].pk}/trend/trend.json").content)
    assert "http" not in json.dumps({key: value for key, value in spec.items() if key != "$schema"})
    marks = spec["datasets"][spec["layer"][0]["data"]["name"]]
    assert [mark["campaign"] for mark in marks] == [campaign.pk for campaign in campaigns[1:]]


def test_one_campaign_teaches_what_a_trend_needs(signed_in: Client, campaign: Campaign) -> None:
    assert "A trend needs two campaigns" in text(signed_in.get(f"/campaigns/{campaign.pk}/trend/"))
    assert "Trend" not in text(signed_in.get(f"/campaigns/{campaign.pk}/"))


def test_before_any_campaign_is_done_it_teaches_too(signed_in: Client, inputs: Inputs) -> None:
    running = make_campaign(inputs, state=Campaign.State.RUNNING)
    assert "A trend needs two campaigns" in text(signed_in.get(f"/campaigns/{running.pk}/trend/"))
    assert signed_in.get(f"/campaigns/{running.pk}/trend/trend.svg").status_code == 404


def test_the_campaigns_page_leads_there(signed_in: Client, campaigns: list[Campaign]) -> None:
    assert (
        f'href="/campaigns/{campaigns[0].pk}/trend/"'
        in signed_in.get(f"/campaigns/{campaigns[0].pk}/").content.decode()
    )


def test_a_form_that_is_none_is_not_found(signed_in: Client, campaign: Campaign) -> None:
    assert signed_in.get(f"/campaigns/{campaign.pk}/trend/trend.exe").status_code == 404


def test_queries_of_the_database_do_not_grow(
    signed_in: Client, inputs: Inputs, django_assert_max_num_queries: MaxQueries
) -> None:
    made = [repeated(inputs, days=day) for day in range(5)]
    with django_assert_max_num_queries(8):
        signed_in.get(f"/campaigns/{made[0].pk}/trend/")


def test_hostile_names_are_shown_inertly(signed_in: Client, inputs: Inputs) -> None:
    System.objects.filter(pk=inputs.systems[0].pk).update(name=HOSTILE)
    inputs.systems[0].refresh_from_db()
    made = [make_campaign(inputs, name=HOSTILE), repeated(inputs, name=HOSTILE)]
    page = signed_in.get(f"/campaigns/{made[0].pk}/trend/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
