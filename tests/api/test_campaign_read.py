"""The pages around a campaign's result, by REST: the same numbers."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from evalhub.models import Campaign, Workspace
from tests.api.conftest import API, Json
from tests.api.schema_check import CheckedClient
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import START, Inputs, make_inputs
from tests.dashboard.repeats import repeated, with_next_version, with_other_lists
from tests.people import person


@pytest.fixture
def inputs(workspace: Workspace) -> Inputs:
    cache.clear()
    return make_inputs()


@pytest.fixture
def campaigns(inputs: Inputs) -> list[Campaign]:
    """One, then with other lists, then with a new version of the rater."""
    return [
        make_campaign(inputs),
        repeated(with_other_lists(inputs), days=1),
        repeated(with_next_version(inputs), days=2),
    ]


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    client.force_login(person("ada"))
    return client


def read(api: CheckedClient, campaign: Campaign, what: str) -> Json:
    found: Json = api.get(f"{API}/campaigns/{campaign.pk}/{what}").json()
    return found


def file_rows(client: Client, campaign: Campaign, what: str) -> list[dict[str, str]]:
    answer = client.get(f"/campaigns/{campaign.pk}/{what}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_tags_are_given_and_taken(api: CheckedClient, signed_in: Client, campaigns: list[Campaign]) -> None:
    address = f"{API}/campaigns/{campaigns[0].pk}"
    assert api.patch(address, {"tags": ["night", "main"]}, format="json").json()["tags"] == ["main", "night"]
    assert "night" in signed_in.get(f"/campaigns/{campaigns[0].pk}/").content.decode()
    for wrong in ({"tags": ["a,b"]}, {"tags": "night"}, {"tags": [""]}, {}, {"tags": ["x" * 51]}):
        refused = api.patch(address, wrong, format="json")
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["field"].startswith("tags")
    assert api.patch(address, {"name": "other"}, format="json").json()["errors"][0]["field"] == "name"
    assert api.patch(address, {"tags": []}, format="json").json()["tags"] == []


def test_the_trend_is_that_of_the_file(
    api: CheckedClient, signed_in: Client, campaigns: list[Campaign]
) -> None:
    shown = read(api, campaigns[0], "trend?rater=second")
    flat = [
        (str(point["campaign"]["id"]), score["system"], score["value"], score["low"], str(point["scale"]))
        for point in shown["points"]
        for score in point["scores"]
    ]
    rows = file_rows(signed_in, campaigns[0], "trend/trend.csv?rater=second")
    assert flat == [
        (row["campaign"], row["system"], float(row["value"]), float(row["low"]), row["scale"]) for row in rows
    ]
    assert len(flat) == 9
    assert read(api, campaigns[0], "trend")["points"][2]["changes"][0]["what"] == "rater"
    assert read(api, campaigns[0], "trend?rater=jugde")["errors"][0]["remedy"] == 'Did you mean "judge"?'


def test_changes_are_those_of_the_files(
    api: CheckedClient, signed_in: Client, campaigns: list[Campaign]
) -> None:
    shown = read(api, campaigns[1], "changes")
    assert [one["id"] for one in shown["earlier"]] == [campaigns[0].pk]
    found = shown["changes"]
    rows = file_rows(signed_in, campaigns[1], "changes/systems.csv")
    assert [(one["system"], one["verdict"], one["n_queries"]) for one in found["systems"]] == [
        (row["system"], row["verdict"], int(row["n_queries"])) for row in rows
    ]
    assert [one["now"] for one in found["systems"]] == [float(row["now"]) for row in rows]
    moved = file_rows(signed_in, campaigns[1], "changes/queries.csv")
    assert [(one["query_id"], one["difference"]) for one in found["moved"]] == [
        (row["query_id"], float(row["difference"])) for row in moved
    ]
    assert found["moved"]
    assert [one["what"] for one in found["inputs"]] == ["system"]
    assert (found["documents"], found["queries"]) == (None, None)


def test_changes_against_a_named_campaign(api: CheckedClient, campaigns: list[Campaign]) -> None:
    found = read(api, campaigns[2], f"changes?against={campaigns[0].pk}")["changes"]
    assert found["before"]["id"] == campaigns[0].pk
    assert "Not comparable" in found["reason"]
    later = read(api, campaigns[0], f"changes?against={campaigns[2].pk}")
    assert later["errors"][0]["field"] == "against"
    assert read(api, campaigns[0], "changes") == {"earlier": [], "changes": None}


def test_scores_so_far_are_those_of_the_page(api: CheckedClient, signed_in: Client, inputs: Inputs) -> None:
    running = make_campaign(inputs, state=Campaign.State.RUNNING)
    shown = read(api, running, "so-far")
    page = signed_in.get(f"/campaigns/{running.pk}/so-far/").context["so_far"]
    assert (shown["state"], shown["scores"]["rater"]) == ("running", "judge")
    assert [(one["system"], one["value"], one["coverage"]) for one in shown["scores"]["systems"]] == [
        (one.name, one.score.value, one.score.coverage) for one in page.systems
    ]
    assert shown["scores"]["systems"][0]["lower_bound"] <= shown["scores"]["systems"][0]["value"]
    done = make_campaign(inputs, name="done", created_at=START + timedelta(days=1))
    assert read(api, done, "so-far") == {"state": "done", "scores": None}


def test_wins_ties_and_losses_add_up_to_the_outcomes(api: CheckedClient, campaigns: list[Campaign]) -> None:
    first = campaigns[0]
    (row,) = [
        one
        for one in read(api, first, "charts/outcomes?rater=judge")["results"]
        if (one["system"], one["baseline"]) == ("minilm-384", "minilm-128")
    ]
    pair = "comparisons?rater=judge&system=minilm-384&baseline=minilm-128"
    counts = {word: read(api, first, f"{pair}&outcome={word}") for word in ("win", "tie", "loss")}
    assert [counts[word]["count"] for word in counts] == [row["wins"], row["ties"], row["losses"]]
    for word, page in counts.items():
        assert {one["outcome"] for one in page["results"]} <= {word}
    everything = read(api, first, pair)
    assert everything["count"] == row["wins"] + row["ties"] + row["losses"] == 6
    for one in everything["results"]:
        values = {value["system"]: value["value"] for value in one["values"]}
        assert one["difference"] == pytest.approx(values["minilm-384"] - values["minilm-128"])


def test_queries_are_in_the_order_of_the_page(
    api: CheckedClient, signed_in: Client, campaigns: list[Campaign]
) -> None:
    shown = read(api, campaigns[0], "comparisons?sort=difference")
    table = signed_in.get(f"/campaigns/{campaigns[0].pk}/queries/?sort=difference").context["table"]
    assert [one["query_id"] for one in shown["results"]] == [line.query.query_id for line in table.lines]
    assert [one["disagreement"] for one in shown["results"]] == [line.disagreement for line in table.lines]
    sizes = [abs(one["difference"]) for one in shown["results"]]
    assert sizes == sorted(sizes, reverse=True)


def test_queries_come_in_pages(api: CheckedClient, workspace: Workspace) -> None:
    campaign = make_campaign(make_inputs(n_queries=53))
    first = read(api, campaign, "comparisons")
    second = api.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (50, 3, None)
    ids = {one["query_id"] for page in (first, second) for one in page["results"]}
    assert len(ids) == first["count"] == 53


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("system=nobody", "system"),
        ("baseline=minilm", "baseline"),
        ("system=production&baseline=production", "baseline"),
        ("rater=nobody", "rater"),
        ("outcome=draw", "outcome"),
        ("cursor=%00", "cursor"),
        ("page=2", "page"),
    ],
)
def test_what_can_not_be_compared_is_named(
    api: CheckedClient, campaigns: list[Campaign], asked: str, field: str
) -> None:
    assert read(api, campaigns[0], f"comparisons?{asked}")["errors"][0]["field"] == field


@pytest.mark.parametrize("chart", ["differences", "outcomes", "spread", "by-rank"])
def test_charts_have_the_rows_of_their_files(
    api: CheckedClient, signed_in: Client, campaigns: list[Campaign], chart: str
) -> None:
    shown = read(api, campaigns[0], f"charts/{chart}?rater=judge")["results"]
    rows = file_rows(signed_in, campaigns[0], f"charts/{chart}.csv?rater=judge")
    assert [{name: "" if v is None else str(v) for name, v in row.items()} for row in shown] == rows
    assert rows
