"""Cards of embedding models and passports of raters by REST, held against their pages."""

import pytest
from django.test import Client

from evalhub.models import EmbeddingModel
from tests.api.conftest import API
from tests.api.schema_check import CheckedClient
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import Inputs, make_inputs
from tests.people import person


@pytest.fixture
def inputs(db: None) -> Inputs:
    found = make_inputs()
    make_campaign(found)
    return found


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    client.force_login(person("ada"))
    return client


def test_models_that_fit_are_those_of_the_chooser(
    api: CheckedClient, signed_in: Client, inputs: Inputs
) -> None:
    address = f"{API}/corpora/{inputs.snapshot.corpus_id}/model-choice"
    shown = api.get(address).json()
    choice = signed_in.get("/models/").context["choice"]
    assert [(one["name"], one["n_systems"]) for one in shown["results"]] == [
        (line.name, line.n_systems) for line in choice.lines
    ]
    assert (shown["n_in_all"], shown["has_profile"]) == (choice.n_in_all, False)
    small = api.get(f"{address}?parameters_m=1").json()
    assert {one["name"] for one in small["results"]} < {one["name"] for one in shown["results"]}
    assert small["n_in_all"] == shown["n_in_all"]
    assert api.get(f"{address}?size=1").json()["errors"][0]["field"] == "size"


def test_a_card_says_where_its_facts_are_from_and_how_the_model_scored(
    api: CheckedClient, signed_in: Client, inputs: Inputs
) -> None:
    model = EmbeddingModel.objects.latest("pk")
    shown = api.get(f"{API}/embedding-models/{model.pk}").json()
    detail = signed_in.get(f"/models/{model.pk}/").context["detail"]
    assert {one["fact"]: one["source"] for one in shown["facts"]} == {
        name: fact.source for name, fact in detail.card.facts.items()
    }
    assert [(one["campaign"], one["system"], one["value"]) for one in shown["uses"]] == [
        (use.campaign.pk, use.system.name, use.score.value) for use in detail.uses
    ]
    assert shown["uses"]


def test_a_passport_is_that_of_the_page(api: CheckedClient, signed_in: Client, inputs: Inputs) -> None:
    version = inputs.raters[0]
    shown = api.get(f"{API}/raters/{version.rater_id}/versions/{version.number}/passport").json()
    passport = signed_in.get(f"/raters/{version.rater_id}/versions/{version.number}/").context["passport"]
    assert (shown["rater"], shown["version"]["number"], shown["n_campaigns"]) == ("judge", 1, 1)
    assert shown["coverage"] == passport.coverage
    assert shown["usd_per_1k"] == passport.usd_per_1k
    assert shown["sums"]["n_graded"] == passport.sums.n_graded
    assert [(one["reason"], one["n"]) for one in shown["unrated"]] == list(passport.unrated)
    assert [one["collection"] for one in shown["qualities"]] == ["head"]
    assert [one["id"] for one in shown["campaigns"]] == [one.pk for one in passport.campaigns]
    api.credentials(HTTP_AUTHORIZATION="")
    assert api.get(f"{API}/raters/{version.rater_id}/versions/1/passport").status_code == 401
