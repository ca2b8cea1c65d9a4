"""The search box: its form, its answers, grades on the spot."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evalhub.core.digest import text_digest
from evalhub.models import Corpus, Document, Judgment, Query, QueryCollection, Search, Snapshot
from evalhub.services.workspaces import workspace_default
from tests.dashboard.inputs import HOSTILE, LONG_TEXT, START, TURNED, Inputs
from tests.dashboard.markup import text
from tests.dashboard.searches import HTMX, beside, make_search

MaxQueries = Callable[[int], AbstractContextManager[Any]]
NEVER_LATE = START + timedelta(days=36_500)


@pytest.fixture(autouse=True)
def _no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evalhub.dispatch.app.send_task", lambda *arguments, **options: None)


def _asked(inputs: Inputs, **changes: Any) -> dict[str, Any]:
    first, second, _ = inputs.systems
    return {
        "snapshot": inputs.snapshot.pk,
        "a": first.pk,
        "b": second.pk,
        "q": "open a file",
        "k": 10,
    } | changes


def test_an_empty_installation_is_told_what_to_do(signed_in: Client) -> None:
    response = signed_in.get("/search/")
    assert "There is no corpus to search yet" in text(response)
    assert 'href="/campaigns/new/"' in response.content.decode()


def test_a_corpus_without_indexes_says_how_to_build_one(signed_in: Client, inputs: Inputs) -> None:
    page = text(signed_in.get("/search/"))
    assert "No system can search python-docs, snapshot 1, yet" in page
    assert "2 more systems not built" in page
    assert "minilm-384 minilm, exact, 384 dimensions, f32" in page


def test_the_form_offers_the_systems_that_can_search(
    signed_in: Client, built: Inputs, django_assert_max_num_queries: MaxQueries
) -> None:
    with django_assert_max_num_queries(12):
        page = signed_in.get("/search/").content.decode()
    first, second, production = built.systems
    # By name: minilm-128 comes first.
    assert f'<option value="{second.pk}" selected>minilm-128 (minilm, exact, 128 dimensions, f32)' in page
    assert f'<option value="{first.pk}" selected>minilm-384' in page
    assert production.name not in page


def test_each_corpus_has_its_own_systems(signed_in: Client, built: Inputs) -> None:
    other = Corpus.objects.create(workspace=built.workspace, name="other")
    snapshot = Snapshot.objects.create(
        corpus=other, number=1, state="ready", digest="o", source_name="o", n_documents=0
    )
    assert "python-docs, snapshot 1" in text(signed_in.get("/search/"))
    page = signed_in.get(f"/search/?snapshot={snapshot.pk}", headers=HTMX)
    assert "No system can search other, snapshot 1, yet" in text(page)


def test_asking_leads_to_both_lists_side_by_side(signed_in: Client, built: Inputs) -> None:
    answer = signed_in.post("/search/ask", _asked(built))
    first, second = Search.objects.order_by("pk")
    assert answer.status_code == 302
    assert answer["Location"] == f"/search/{first.pk}/beside/{second.pk}/"
    assert [first.system, second.system] == list(built.systems[:2])
    assert (first.text, first.depth) == ("open a file", 10)


@pytest.mark.parametrize("second", ["same", "none"])
def test_one_system_is_enough(signed_in: Client, built: Inputs, second: str) -> None:
    other = built.systems[0].pk if second == "same" else ""
    answer = signed_in.post("/search/ask", _asked(built, b=other))
    assert answer["Location"] == f"/search/{Search.objects.get().pk}/"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"q": "   "}, "Type what you would search for."),
        ({"q": "x" * 10_001}, "at most 10000 characters"),
        ({"a": ""}, "Choose a system."),
        ({"a": "999"}, "This system cannot search."),
        ({"snapshot": "999"}, "This corpus is gone; choose another."),
        ({"k": "51"}, "less than or equal to 50"),
    ],
)
def test_what_cannot_be_asked_is_said(
    signed_in: Client, built: Inputs, changes: dict[str, str], says: str
) -> None:
    answer = signed_in.post("/search/ask", _asked(built, **changes))
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert Search.objects.count() == 0


def test_a_run_from_elsewhere_cannot_be_asked(signed_in: Client, built: Inputs) -> None:
    answer = signed_in.post("/search/ask", _asked(built, a=built.systems[2].pk, b=""))
    assert answer.status_code == 400
    assert Search.objects.count() == 0


def test_the_longest_query_is_asked_and_shown(signed_in: Client, built: Inputs) -> None:
    answer = signed_in.post("/search/ask", _asked(built, q="wörd " * 2_000))
    assert "wörd wörd" in text(signed_in.get(answer["Location"]))


def test_moved_documents_are_linked(
    signed_in: Client, pair: tuple[Search, Search], django_assert_max_num_queries: MaxQueries
) -> None:
    with django_assert_max_num_queries(12):
        page = signed_in.get(beside(pair)).content.decode()
    first, second = pair
    assert f'<a href="#hit-{second.pk}-3"><bdi>minilm-128</bdi> #3 <span class="moved lower">' in page
    assert f'<a href="#hit-{first.pk}-3"><bdi>minilm-384</bdi> #3 <span class="moved lower">' in page
    assert "similarity 0.9" in page
    assert page.count("only here") == 3
    assert "<mark>Open</mark> a <mark>file</mark> and read its lines." in page
    assert "Found in <b>12.3 ms</b>." in page


def test_what_raters_said_already_is_there(
    signed_in: Client, built: Inputs, pair: tuple[Search, Search]
) -> None:
    Judgment.objects.create(
        rater_version=built.raters[0],
        query_digest=text_digest("open a file", ""),
        document_digest=built.documents[0].digest,
        state="graded",
        grade=2,
        gain=2 / 3,
        rationale=f"It opens {HOSTILE}",
    )
    page = signed_in.get(beside(pair)).content.decode()
    assert page.count("<bdi>judge v1</bdi> <b>2</b> of 3") == 2  # in both lists
    assert "It opens &lt;script&gt;" in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"state": "waiting", "asked_at": NEVER_LATE}, "Waiting for the search worker"),
        ({"state": "waiting"}, "No worker of the queue search has taken this yet"),
        ({"state": "running", "is_loading": True}, "Loading the model minilm and its index"),
        ({"state": "running"}, "Searching …"),
        ({"state": "failed", "error": f"weights {HOSTILE}"}, f"This search failed: weights {HOSTILE}"),
        ({"load_s": 6.4}, "Loading the model and its index took 6.4 s before that"),
    ],
)
def test_every_state_says_what_goes_on(
    signed_in: Client, built: Inputs, changes: dict[str, Any], says: str
) -> None:
    search = make_search(built, built.systems[0], [], **changes)
    page = signed_in.get(f"/search/{search.pk}/")
    assert says in text(page)
    is_open = search.state in {"waiting", "running"}
    assert ('hx-trigger="every' in page.content.decode()) == is_open
    assert "<script>alert" not in page.content.decode()


def test_polling_shows_only_what_is_new(signed_in: Client, built: Inputs) -> None:
    search = make_search(built, built.systems[0], built.documents[:2], state=Search.State.RUNNING)
    address = f"/search/{search.pk}/"
    assert signed_in.get(f"{address}?seen=running00", headers=HTMX).status_code == 204
    Search.objects.filter(pk=search.pk).update(is_loading=True)
    loading = signed_in.get(f"{address}?seen=running00", headers=HTMX)
    assert '"seen": "running10"' in loading.content.decode()
    Search.objects.filter(pk=search.pk).update(state="done", is_loading=False, query_ms=3.0)
    done = signed_in.get(f"{address}?seen=running10", headers=HTMX).content.decode()
    assert "<html" not in done
    assert done.count('class="hit"') == 2
    assert 'hx-trigger="every' not in done


def test_polling_costs_few_queries(
    signed_in: Client, built: Inputs, django_assert_max_num_queries: MaxQueries
) -> None:
    search = make_search(built, built.systems[0], [], state=Search.State.RUNNING)
    with django_assert_max_num_queries(4):
        signed_in.get(f"/search/{search.pk}/?seen=running00", headers=HTMX)


def test_lists_of_different_questions_are_not_shown_side_by_side(signed_in: Client, built: Inputs) -> None:
    first = make_search(built, built.systems[0], [], text="one")
    second = make_search(built, built.systems[1], [], text="two")
    answer = signed_in.get(f"/search/{first.pk}/beside/{second.pk}/")
    assert answer.status_code == 404
    assert signed_in.get("/search/999/").status_code == 404


def test_hostile_texts_are_shown_inertly(signed_in: Client, built: Inputs) -> None:
    search = make_search(built, built.systems[0], built.documents[-3:], text=f"{HOSTILE} {TURNED} 🤖 script")
    page = signed_in.get(f"/search/{search.pk}/")
    assert "<script>alert" not in page.content.decode()
    assert "<img" not in page.content.decode()
    assert f"{HOSTILE} {TURNED} 🤖 script" in text(page)
    assert "&lt;<mark>script</mark>&gt;" in page.content.decode()


def test_a_long_document_opens_in_parts_with_its_terms_marked(signed_in: Client, built: Inputs) -> None:
    document = Document.objects.get(text=LONG_TEXT)
    search = make_search(built, built.systems[0], [document], text="far away")
    address = f"/search/{search.pk}/documents/{document.pk}"
    assert f'hx-get="{address}/1/"' in signed_in.get(f"/search/{search.pk}/").content.decode()
    part = signed_in.get(f"{address}/1/", headers=HTMX).content.decode()
    assert "<mark>far</mark> <mark>away</mark>" in part
    assert f"{address}/2/" in part
    assert "63,000 characters, part 2 of 4" in text(signed_in.get(f"{address}/2/"))
    assert signed_in.get(f"/search/{search.pk}/documents/99999/1/").status_code == 404


def test_queries_of_a_collection_can_be_picked(signed_in: Client, inputs: Inputs) -> None:
    options = signed_in.get(f"/search/queries/?collection={inputs.collection.pk}", headers=HTMX)
    page = options.content.decode()
    assert page.count("<option") == 6
    assert '<option value="how do I do thing number 3"></option>' in page
    assert "<script>alert" not in page
    for wrong in ("", "?collection=x", "?collection=999"):
        assert "<option" not in signed_in.get(f"/search/queries/{wrong}").content.decode()


def test_removed_queries_are_not_offered(signed_in: Client, inputs: Inputs) -> None:
    Query.objects.filter(query_id="q03").update(removed_in=2)
    page = signed_in.get(f"/search/queries/?collection={inputs.collection.pk}").content.decode()
    assert "number 3" not in page


def test_searches_of_another_workspace_are_not_found(
    signed_in: Client, built: Inputs, pair: tuple[Search, Search]
) -> None:
    workspace_default()
    other = type(built.workspace).objects.create(slug="other", name="Other")
    Search.objects.filter(pk=pair[0].pk).update(workspace=other)
    assert signed_in.get(f"/search/{pair[0].pk}/").status_code == 404
    QueryCollection.objects.update(workspace=other)
    page = signed_in.get(f"/search/queries/?collection={built.collection.pk}").content.decode()
    assert "<option" not in page


def test_an_old_search_is_found_again_by_asking(signed_in: Client, built: Inputs) -> None:
    search = make_search(built, built.systems[0], [], asked_at=timezone.now() - timedelta(days=30))
    search.delete()
    answer = signed_in.get(f"/search/{search.pk}/")
    assert answer.status_code == 404


def test_search_is_in_the_main_navigation(signed_in: Client) -> None:
    assert '<a href="/search/" aria-current="page">Search</a>' in signed_in.get("/search/").content.decode()
