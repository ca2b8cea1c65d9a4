"""Coming to the page from another: what is chosen, and what is known of it."""

from collections.abc import Callable

from django.utils import timezone

from evalhub.models import Corpus, QueryCollection
from evalhub.selectors.search_box.labels import search_collection_name
from evalhub.services.profiles import profile_start
from tests.dashboard.launch.conftest import Page
from tests.pipeline.conftest import Broker

Visit = Callable[..., Page]


def test_a_corpus_without_a_profile_is_offered_one(filled: Page) -> None:
    assert "kettles has no profile" in filled.summary


def test_what_a_profile_warns_of_is_said_before_the_start(filled: Page, broker: Broker) -> None:
    corpus = Corpus.objects.get()
    collection = QueryCollection.objects.get()
    profile_start(corpus.snapshots.get(), collection, now=timezone.now())
    broker.drain()
    summary = filled.press("update").summary
    assert "About this corpus" in summary
    assert "Queries share" in summary
    assert f"/corpora/{corpus.pk}/profile/" in filled.press("update").html


def test_queries_of_the_search_box_are_not_chosen_by_themselves(filled: Page) -> None:
    corpus = Corpus.objects.get()
    box = QueryCollection.objects.create(
        workspace=corpus.workspace, name=search_collection_name(corpus), n_queries=1, version=1
    )
    page = Page(filled.client, filled.client.get("/campaigns/new/"))
    assert page.fields["queries"] == ["head"]
    assert box.name in page.options["queries"]
    assert Page(filled.client, filled.client.get(f"/campaigns/new/?queries={box.name}")).fields[
        "queries"
    ] == [box.name]


def test_a_model_of_the_address_is_among_the_systems(visit: Visit) -> None:
    page = visit("?model=some/other-model")
    assert page.fields["other_models"] == ["some/other-model"]
    assert visit("?model=minilm").fields["other_models"] == [""]
