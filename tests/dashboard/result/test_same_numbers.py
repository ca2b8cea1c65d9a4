"""The numbers on every page and in every file are those of the result JSON of the same campaign."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from evalhub.core.concordance import GOLD_LABELS
from evalhub.dashboard.result.table_files import TABLES
from evalhub.models import Campaign, System
from evalhub.selectors.results import campaign_results
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import Inputs
from tests.dashboard.markup import tables
from tests.dashboard.repeats import repeated, with_other_lists

Json = dict[str, Any]
PAGES = ("", "report/", "report/report.html")


@pytest.fixture
def repeated_campaign(inputs: Inputs) -> Campaign:
    make_campaign(inputs)
    return repeated(with_other_lists(inputs))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:z.3f}".replace("-", "−")


def _shown(measure: Json) -> str:
    return f"{_number(measure['value'])}[{_number(measure['low'])}, {_number(measure['high'])}]"


def _csv(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def _float(cell: str) -> float | None:
    return float(cell) if cell else None


def test_every_page_and_file_says_what_the_result_says(
    signed_in: Client, repeated_campaign: Campaign
) -> None:
    campaign = repeated_campaign
    results = campaign_results(campaign)
    scores = {(row["name"], row["rater"]): row["measures"]["PWAS@5"] for row in results["systems"]}
    home = f"/campaigns/{campaign.pk}"
    for page in PAGES:
        _the_tables_of(signed_in.get(f"{home}/{page}"), results)
    _the_list(signed_in, campaign, scores)
    _the_files(signed_in, home, results)
    _the_charts(signed_in, home, scores, results)
    for row in _csv(signed_in, f"{home}/trend/trend.csv"):
        if row["campaign"] == str(campaign.pk):
            assert _float(row["value"]) == scores[row["system"], "judge"]["value"]
    for row in _csv(signed_in, f"{home}/changes/systems.csv"):
        assert _float(row["now"]) == scores[row["system"], "judge"]["value"]


def _the_tables_of(page: Any, results: Json) -> None:
    found = tables(page, "Means over")
    assert len(found) == 2
    for table, rater in zip(found, ("judge", "second"), strict=True):
        expected = {row["name"]: row for row in results["systems"] if row["rater"] == rater}
        for name, _, score, _, _, *gold in table:
            assert score == _shown(expected[name]["measures"]["PWAS@5"])
            assert gold == [_shown(measure) for measure in expected[name]["gold_measures"].values()]
    differences = [line for table in tables(page, "Differences in") for line in table]
    assert [(line[0], line[2]) for line in differences] == [
        (row["system"], row["baseline"]) for row in results["comparisons"]
    ]
    (ledger,) = tables(page, "Ratings")
    assert [(line[0], line[1]) for line in ledger] == [
        (row["rater"], f"{row['pairs']:,}") for row in results["ratings"]
    ]


def _the_list(client: Client, campaign: Campaign, scores: dict[tuple[str, str], Json]) -> None:
    line = next(row for row in tables(client.get("/"), "Campaigns")[0] if f"#{campaign.pk}" in row[0])
    for (name, rater), measure in scores.items():
        if rater == "judge":
            low, high = _number(measure["low"]), _number(measure["high"])
            assert f"{name} {_number(measure['value'])} [{low}, {high}]" in line[2]


def _the_files(client: Client, home: str, results: Json) -> None:
    expected: dict[str, list[Json]] = {
        "scores": [
            {"system": row["name"], "rater": row["rater"], "measure": name, **values}
            for row in results["systems"]
            for name, values in row["measures"].items()
        ],
        "gold-scores": [
            {"system": row["name"], "rater": GOLD_LABELS, "measure": name, **values}
            for row in results["systems"]
            if row["rater"] == "judge"
            for name, values in row["gold_measures"].items()
        ],
        "differences": results["comparisons"],
        "ratings": [row | {"member_of": "", "unrated_reasons": _reasons(row)} for row in results["ratings"]],
        "systems": [
            {"system": row["name"], **row["profile"]} for row in results["systems"] if row["rater"] == "judge"
        ],
        "timings": [{"stage": stage, "seconds": value} for stage, value in results["timings_s"].items()],
        "gate": results["gate"]["rules"],
    }
    assert {*expected, "jobs"} == set(TABLES)
    for name, rows in expected.items():
        found = _csv(client, f"{home}/tables/{name}.csv")
        assert found == [
            {column: _cell(row.get(column)) for column in TABLES[name].columns} for row in rows
        ], name
    assert len(_csv(client, f"{home}/tables/jobs.csv")) == 7


def _reasons(row: Json) -> str:
    return "; ".join(f"{reason}: {pairs}" for reason, pairs in row["unrated_reasons"].items())


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _the_charts(client: Client, home: str, scores: dict[tuple[str, str], Json], results: Json) -> None:
    for row in _csv(client, f"{home}/charts/frontier.csv"):
        assert _float(row["value"]) == scores[row["system"], row["rater"]]["value"]
    found = _csv(client, f"{home}/charts/differences.csv")
    assert [_float(row["difference"]) for row in found] == [
        row["difference"] for row in results["comparisons"]
    ]


def test_a_name_that_is_a_formula_is_none_in_a_spreadsheet(signed_in: Client, inputs: Inputs) -> None:
    System.objects.filter(pk=inputs.systems[0].pk).update(name="=1+1")
    inputs.systems[0].refresh_from_db()
    campaign = make_campaign(inputs)
    for name in ("scores", "gold-scores", "differences", "systems"):
        names = {row["system"] for row in _csv(signed_in, f"/campaigns/{campaign.pk}/tables/{name}.csv")}
        assert "'=1+1" in names
        assert "=1+1" not in names


def test_what_is_no_table_is_not_found(signed_in: Client, campaign: Campaign) -> None:
    assert signed_in.get(f"/campaigns/{campaign.pk}/tables/secrets.csv").status_code == 404
    assert signed_in.get("/campaigns/999/tables/scores.csv").status_code == 404
    assert signed_in.get(f"/campaigns/{campaign.pk}/changes/secrets.csv").status_code == 404


def test_nothing_changed_in_the_first_campaign(signed_in: Client, campaign: Campaign) -> None:
    answer = signed_in.get(f"/campaigns/{campaign.pk}/changes/systems.csv")
    assert answer.content.decode().startswith("system,rater,measure,before,now")
    assert len(answer.content.decode().splitlines()) == 1


def test_tables_of_a_running_campaign_are_there_with_their_columns(signed_in: Client, inputs: Inputs) -> None:
    running = make_campaign(inputs, state=Campaign.State.RUNNING)
    for name, table in TABLES.items():
        answer = signed_in.get(f"/campaigns/{running.pk}/tables/{name}.csv")
        assert answer.content.decode().splitlines()[0].split(",") == list(table.columns)
