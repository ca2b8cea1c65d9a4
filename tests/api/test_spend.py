"""The ledger of spend and the prices by REST, held against their page."""

from datetime import date

import pytest
from django.test import Client

from evalhub.models import LedgerMonth, ModelPrice
from tests.api.conftest import API
from tests.api.schema_check import CheckedClient
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import Inputs, make_inputs
from tests.people import person


@pytest.fixture
def inputs(db: None) -> Inputs:
    """A done campaign, and two months of two raters."""
    found = make_inputs()
    make_campaign(found)
    LedgerMonth.objects.all().delete()
    for version, month, usd in ((0, 10, "0.5"), (1, 10, "2"), (1, 11, "1")):
        LedgerMonth.objects.create(
            rater_version=found.raters[version],
            month=date(2026, month, 1),
            n_graded=10,
            n_unrated=1,
            input_tokens=100,
            output_tokens=7,
            cost_usd=usd,
        )
    return found


def test_spend_is_that_of_the_page(api: CheckedClient, client: Client, inputs: Inputs) -> None:
    shown = api.get(f"{API}/spend").json()
    assert shown["total"]["cost_usd"] == 3.5
    assert [(one["month"], one["cost_usd"]) for one in shown["results"]] == [
        ("2026-11-01", 1.0),
        ("2026-10-01", 2.5),
    ]
    assert [(one["rater"], one["cost_usd"], one["n_graded"]) for one in shown["raters"]] == [
        ("second@1", 3.0, 20),
        ("judge@1", 0.5, 10),
    ]
    client.force_login(person("ada"))
    page = client.get("/spend/").context["spend"]
    assert shown["saved_usd"] == float(page.saved_usd)
    campaigns = api.get(f"{API}/spend/campaigns").json()["results"]
    assert [(one["campaign"], one["paid_usd"], one["n_pairs"]) for one in campaigns] == [
        (one.campaign.pk, float(one.paid_usd), one.n_pairs) for one in page.campaigns
    ]


def test_a_price_is_set_and_set_anew(api: CheckedClient, client: Client, inputs: Inputs) -> None:
    body = {"model": "gpt-x", "input_usd_per_mtok": 0.15, "output_usd_per_mtok": 0.6}
    assert api.post(f"{API}/prices", body, format="json").status_code == 201
    assert api.post(f"{API}/prices", {**body, "output_usd_per_mtok": 0}, format="json").status_code == 200
    (listed,) = api.get(f"{API}/prices").json()["results"]
    assert (listed["model"], listed["input_usd_per_mtok"], listed["output_usd_per_mtok"]) == (
        "gpt-x",
        0.15,
        0.0,
    )
    client.force_login(person("ada"))
    assert [one.pk for one in client.get("/spend/").context["spend"].prices] == [listed["id"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"model": ""}, "model"),
        ({"model": "a\u200eb"}, "model"),
        ({"input_usd_per_mtok": -1}, "input_usd_per_mtok"),
        ({"input_usd_per_mtok": "NaN"}, "input_usd_per_mtok"),
        ({"output_usd_per_mtok": 2e6}, "output_usd_per_mtok"),
        ({"price": 1}, "price"),
    ],
)
def test_what_is_no_price_is_named(
    api: CheckedClient, db: None, changes: dict[str, object], field: str
) -> None:
    body = {"model": "gpt-x", "input_usd_per_mtok": 1, "output_usd_per_mtok": 1, **changes}
    answer = api.post(f"{API}/prices", body, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert not ModelPrice.objects.exists()
