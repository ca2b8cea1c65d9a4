"""Coming to the page from another: what is chosen, and what is known of it."""

from collections.abc import Callable

from evalhub.models import Corpus, CorpusProfile, QueryCollection
from evalhub.selectors.search_box.labels import search_collection_name
from tests.dashboard.launch.conftest import Page

Visit = Callable[..., Page]


def test_a_corpus_without_a_profile_is_offered_one(filled: Page) -> None:
    CorpusProfile.objects.all().delete()
    assert "kettles has no profile" in filled.press("update").summary


def test_what_a_profile_warns_of_is_said_before_the_start(filled: Page) -> None:
    # The upload had it made: kettles are no usual English.
    assert "About this corpus minilm's card names the languages en;" in filled.summary
    assert f'href="/corpora/{Corpus.objects.get().pk}/profile/"' in filled.html


def test_two_queries_are_not_said_to_detect_more_than_there_is(filled: Page) -> None:
    assert "2 queries are too few to tell two systems apart" in filled.summary
    assert "can detect a difference of 2" not in filled.summary


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
