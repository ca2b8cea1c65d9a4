"""Texts of documents on the page of a query: marked, folded, in parts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.test import Client

from evalhub.models import (
    Campaign,
    Document,
    Query,
)
from evalhub.selectors.dashboard_document import PART_CHARACTERS
from tests.dashboard.inputs import LONG_TEXT
from tests.dashboard.markup import text
from tests.dashboard.query_pages import cards_of, hits_of, query_page

MaxQueries = Callable[[int], AbstractContextManager[Any]]


def test_a_long_text_comes_in_parts_when_it_is_asked_for(signed_in: Client, campaign: Campaign) -> None:
    document = Document.objects.get(text=LONG_TEXT)
    (card,) = (
        card
        for query_id in ("q00", "q01", "q02")
        for card in cards_of(query_page(signed_in, campaign, query_id)).values()
        if document.doc_id in card
    )
    address = f"/campaigns/{campaign.pk}/documents/{document.pk}"
    assert f'hx-get="{address}/1/?query=' in card
    assert len(card) < 8_000
    shown = [
        signed_in.get(f"{address}/{part}/", headers={"HX-Request": "true"}).content.decode()
        for part in (1, 2, 3, 4)
    ]
    # 63,000 characters are three whole parts and a rest of 3,000.
    assert [len(part.split("<bdi>")[1].split("</bdi>")[0]) for part in shown] == [
        *[PART_CHARACTERS] * 3,
        3_000,
    ]
    assert "".join(part.split("<bdi>")[1].split("</bdi>")[0] for part in shown) == LONG_TEXT
    assert [f"{address}/{number}/" in part for number, part in enumerate(shown, 2)] == [
        True,
        True,
        True,
        False,
    ]
    page = signed_in.get(f"{address}/2/")
    assert "63,000 characters, part 2 of 4" in text(page)
    assert text(signed_in.get(f"{address}/99/")) == text(signed_in.get(f"{address}/4/"))


def test_documents_of_other_corpora_are_not_found(signed_in: Client, campaign: Campaign) -> None:
    other = campaign.snapshot.corpus
    other.pk = None
    other.name = "other"
    other.save()
    foreign = Document.objects.create(corpus=other, doc_id="x", digest="x", row_digest="x", added_in=1)
    assert signed_in.get(f"/campaigns/{campaign.pk}/documents/{foreign.pk}/1/").status_code == 404


def _document_with(campaign: Campaign, query_id: str, title: str, body: str) -> str:
    """Change the first document of a query's first list; returns its card's anchor."""
    hit = min(hits_of(campaign, query_id), key=lambda hit: (hit.run_id, hit.rank))
    Document.objects.filter(pk=hit.document_id).update(title=title, text=body)
    return f"hit-{hit.run_id}-{hit.rank}"


def test_terms_of_the_query_are_marked(signed_in: Client, campaign: Campaign) -> None:
    # The query is "how do I do thing number 3"; how, do and I are stop words.
    anchor = _document_with(campaign, "q03", "A Thing", "Number 3, do numbers matter? THING!")
    card = cards_of(query_page(signed_in, campaign, "q03"))[anchor]
    assert "<h3><bdi>A <mark>Thing</mark></bdi></h3>" in card
    assert "<mark>Number</mark> <mark>3</mark>, do numbers matter? <mark>THING</mark>!" in card


def test_marks_never_let_markup_through(signed_in: Client, campaign: Campaign) -> None:
    hostile = '<script>script</script> </mark><img src=x onerror=alert(1)> & "script"'
    Query.objects.filter(query_id="q01").update(text="script img mark onerror <b>")
    anchor = _document_with(campaign, "q01", hostile, hostile)
    card = cards_of(query_page(signed_in, campaign, "q01"))[anchor]
    assert "&lt;<mark>script</mark>&gt;<mark>script</mark>&lt;/<mark>script</mark>&gt;" in card
    assert "<script" not in card
    assert "<img" not in card
    assert card.count("<mark>") == card.count("</mark>")


def test_a_long_document_is_folded_around_its_terms(signed_in: Client, campaign: Campaign) -> None:
    far = "nothing to see here. " * 150 + "Here is the thing with number 3. " + "and on it goes. " * 300
    anchor = _document_with(campaign, "q03", "Far", far)
    card = cards_of(query_page(signed_in, campaign, "q03"))[anchor]
    assert "the <mark>thing</mark> with <mark>number</mark> <mark>3</mark>" in card
    assert card.count("nothing to see here") < 10
    assert f"All {len(far):,} characters" in card


def test_the_whole_document_is_marked_too(signed_in: Client, campaign: Campaign) -> None:
    _document_with(campaign, "q03", "Far", "x " * 400 + "thing")
    query = Query.objects.get(query_id="q03")
    document = Document.objects.get(title="Far")
    address = f"/campaigns/{campaign.pk}/documents/{document.pk}/1/"
    assert "<mark>thing</mark>" in signed_in.get(f"{address}?query={query.pk}").content.decode()
    assert "<mark>" not in signed_in.get(address).content.decode()
    assert "<mark>" not in signed_in.get(f"{address}?query=x").content.decode()
