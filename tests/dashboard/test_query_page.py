"""The page of a query, and documents."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.http import HttpResponse
from django.test import Client

from evalhub.dashboard.formatting import moved
from evalhub.models import (
    Campaign,
    Document,
    GoldLabel,
    Hit,
    Judgment,
    Query,
    QueryDisagreement,
    QueryScore,
)
from evalhub.selectors.dashboard_document import PART_CHARACTERS
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, LONG_TEXT, TURNED, Inputs
from tests.dashboard.markup import text

MaxQueries = Callable[[int], AbstractContextManager[Any]]


def _page(client: Client, campaign: Campaign, query_id: str, parameters: str = "") -> HttpResponse:
    query = Query.objects.get(query_id=query_id)
    answer: Any = client.get(f"/campaigns/{campaign.pk}/queries/{query.pk}/?{parameters}")
    return answer


def _cards(answer: HttpResponse) -> dict[str, str]:
    """The markup of each hit by its anchor, hit-RUN-RANK."""
    parts = answer.content.decode().split('<li id="')[1:]
    return {part.split('"')[0]: part.split("</li>")[0] for part in parts}


def _hits(campaign: Campaign, query_id: str) -> list[Hit]:
    runs = campaign.campaign_systems.values("run")
    hits = Hit.objects.filter(run__in=runs, query__query_id=query_id)
    return list(hits.select_related("document", "query", "run__system"))


def test_every_hit_is_there_with_its_grades(
    signed_in: Client, campaign: Campaign, django_assert_max_num_queries: MaxQueries
) -> None:
    key = Query.objects.get(query_id="q03").pk
    with django_assert_max_num_queries(12):
        signed_in.get(f"/campaigns/{campaign.pk}/queries/{key}/?sort=spread")
    cards = _cards(_page(signed_in, campaign, "q03"))
    hits = _hits(campaign, "q03")
    assert len(cards) == len(hits) == 15
    for hit in hits:
        card = cards[f"hit-{hit.run_id}-{hit.rank}"]
        assert hit.document.doc_id in card
        for rater in campaign.campaign_raters.all():
            judgment = Judgment.objects.get(
                rater_version=rater.rater_version,
                query_digest=hit.query.digest,
                document_digest=hit.document.digest,
            )
            assert f"<bdi>{rater.name}</bdi> <b>{judgment.grade}</b> of 3" in card
            assert f"<dt>Gain</dt><dd>{judgment.gain:.3f}</dd>" in card
            assert "0: 0.100, 1: 0.200, 2: 0.300, 3: 0.400" in card
        gold = GoldLabel.objects.filter(query_id="q03", doc_id=hit.document.doc_id).first()
        assert (f"gold <b>{gold.grade}</b>" if gold else "gold <b>") in card or gold is None


def test_values_per_system_are_those_of_the_score_job(signed_in: Client, campaign: Campaign) -> None:
    query = Query.objects.get(query_id="q03")
    page = text(_page(signed_in, campaign, "q03"))
    for row in campaign.campaign_systems.select_related("system"):
        scores = QueryScore.objects.filter(job=campaign.score_job, query=query, system=row.system)
        by_rater = {score.rater_version_id: score.value for score in scores if "PWAS" in score.measure}
        first, second = (by_rater[rater.rater_version_id] for rater in campaign.campaign_raters.all())
        gold = scores.get(measure="nDCG@5").value
        assert (
            f"{row.system.name} judge PWAS@5{first:.3f} second PWAS@5{second:.3f} "
            f"gold labels nDCG@5{gold:.3f}"
        ) in page


def test_documents_of_several_systems_link_to_each_other(signed_in: Client, campaign: Campaign) -> None:
    hits = _hits(campaign, "q03")
    cards = _cards(_page(signed_in, campaign, "q03"))
    n_shared = 0
    for hit in hits:
        others = [h for h in hits if h.document_id == hit.document_id and h.run_id != hit.run_id]
        card = cards[f"hit-{hit.run_id}-{hit.rank}"]
        n_shared += len(others)
        assert ("only here" in card) == (not others)
        for other in others:
            name = f"<bdi>{other.run.system.name}</bdi> #{other.rank} "
            assert (
                f'<a href="#hit-{other.run_id}-{other.rank}">{name}{moved(other.rank - hit.rank)}</a>' in card
            )
    assert n_shared > 0


def test_unrated_is_not_grade_0_and_pending_is_neither(signed_in: Client, inputs: Inputs) -> None:
    running = make_campaign(inputs, state=Campaign.State.RUNNING, n_unrated=1)
    cards = _cards(_page(signed_in, running, "q00"))
    unrated = [card for card in cards.values() if "unrated: refused" in card]
    assert unrated
    assert all("<b>0</b>" not in card.split("gold")[0] for card in unrated)
    last = _cards(_page(signed_in, running, "q05"))
    assert any("</bdi> pending" in card for card in last.values())
    Campaign.objects.filter(pk=running.pk).update(state="cancelled")
    last = _cards(_page(signed_in, running, "q05"))
    assert any("</bdi> not rated" in card for card in last.values())


def test_neighbours_follow_the_chosen_order(signed_in: Client, campaign: Campaign) -> None:
    page = _page(signed_in, campaign, "q03").content.decode()
    keys = dict(Query.objects.values_list("query_id", "pk"))
    first, second, _ = (row.system_id for row in campaign.campaign_systems.all())
    choice = f"?rater=judge&amp;sort=query&amp;a={first}&amp;b={second}"
    assert f'<a rel="prev" href="/campaigns/{campaign.pk}/queries/{keys["q02"]}/{choice}"' in page
    assert f'<a rel="next" href="/campaigns/{campaign.pk}/queries/{keys["q04"]}/{choice}"' in page
    assert 'rel="prev"' not in _page(signed_in, campaign, "q00").content.decode()
    assert 'rel="next"' not in _page(signed_in, campaign, "q05").content.decode()
    table = signed_in.get(f"/campaigns/{campaign.pk}/queries/?sort=lowest").content.decode()
    order = [
        int(part.split("/")[0])
        for part in table.split(f"/campaigns/{campaign.pk}/queries/")[1:]
        if part[0].isdigit()
    ]
    for query_id, key in keys.items():
        at = order.index(key)
        page = _page(signed_in, campaign, query_id, "sort=lowest").content.decode()
        assert f"{at + 1} of 6" in page
        if at + 1 < len(order):
            assert f'rel="next" href="/campaigns/{campaign.pk}/queries/{order[at + 1]}/' in page


def test_a_query_of_another_version_is_not_found(signed_in: Client, campaign: Campaign) -> None:
    query = Query.objects.get(query_id="q03")
    Query.objects.filter(pk=query.pk).update(added_in=2)
    assert signed_in.get(f"/campaigns/{campaign.pk}/queries/{query.pk}/").status_code == 404


def test_hostile_texts_are_shown_inertly(signed_in: Client, campaign: Campaign) -> None:
    for query_id in ("q00", "q01", "q02"):
        page = _page(signed_in, campaign, query_id, "q=<script>alert(1)</script>").content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page
    assert HOSTILE in text(_page(signed_in, campaign, "q01"))
    turned = [
        page
        for query_id in ("q00", "q01", "q02")
        if TURNED in (page := text(_page(signed_in, campaign, query_id)))
    ]
    assert turned
    assert f"<li><bdi>{TURNED}</bdi></li>" in _page(signed_in, campaign, "q00").content.decode()


def test_a_long_text_comes_in_parts_when_it_is_asked_for(signed_in: Client, campaign: Campaign) -> None:
    document = Document.objects.get(text=LONG_TEXT)
    (card,) = (
        card
        for query_id in ("q00", "q01", "q02")
        for card in _cards(_page(signed_in, campaign, query_id)).values()
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
    hit = min(_hits(campaign, query_id), key=lambda hit: (hit.run_id, hit.rank))
    Document.objects.filter(pk=hit.document_id).update(title=title, text=body)
    return f"hit-{hit.run_id}-{hit.rank}"


def test_terms_of_the_query_are_marked(signed_in: Client, campaign: Campaign) -> None:
    # The query is "how do I do thing number 3"; how, do and I are stop words.
    anchor = _document_with(campaign, "q03", "A Thing", "Number 3, do numbers matter? THING!")
    card = _cards(_page(signed_in, campaign, "q03"))[anchor]
    assert "<h3><bdi>A <mark>Thing</mark></bdi></h3>" in card
    assert "<mark>Number</mark> <mark>3</mark>, do numbers matter? <mark>THING</mark>!" in card


def test_marks_never_let_markup_through(signed_in: Client, campaign: Campaign) -> None:
    hostile = '<script>script</script> </mark><img src=x onerror=alert(1)> & "script"'
    Query.objects.filter(query_id="q01").update(text="script img mark onerror <b>")
    anchor = _document_with(campaign, "q01", hostile, hostile)
    card = _cards(_page(signed_in, campaign, "q01"))[anchor]
    assert "&lt;<mark>script</mark>&gt;<mark>script</mark>&lt;/<mark>script</mark>&gt;" in card
    assert "<script" not in card
    assert "<img" not in card
    assert card.count("<mark>") == card.count("</mark>")


def test_a_long_document_is_folded_around_its_terms(signed_in: Client, campaign: Campaign) -> None:
    far = "nothing to see here. " * 150 + "Here is the thing with number 3. " + "and on it goes. " * 300
    anchor = _document_with(campaign, "q03", "Far", far)
    card = _cards(_page(signed_in, campaign, "q03"))[anchor]
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


def test_moves_are_said_in_ranks(signed_in: Client, campaign: Campaign) -> None:
    cards = _cards(_page(signed_in, campaign, "q03"))
    by_place = {(hit.run_id, hit.rank): hit for hit in _hits(campaign, "q03")}
    n_moved = 0
    for (run_id, rank), hit in by_place.items():
        for (other_run, other_rank), other in by_place.items():
            if other_run == run_id or other.document_id != hit.document_id or other_rank == rank:
                continue
            n_moved += 1
            n, word = abs(other_rank - rank), "lower" if other_rank > rank else "higher"
            says = f", {n} rank{'' if n == 1 else 's'} {word} there"
            assert says in cards[f"hit-{run_id}-{rank}"]
        assert f'data-document="{hit.document_id}"' in _page(signed_in, campaign, "q03").content.decode()
    assert n_moved > 0


def test_the_compared_systems_come_first_with_their_difference(signed_in: Client, campaign: Campaign) -> None:
    rows = list(campaign.campaign_systems.select_related("system"))
    page = text(_page(signed_in, campaign, "q03", f"a={rows[2].system_id}&b={rows[1].system_id}"))
    assert page.index("A production") < page.index("B minilm-128") < page.index("minilm-384 judge")
    scores = QueryScore.objects.filter(
        job=campaign.score_job, query__query_id="q03", rater_version__rater__name="judge", measure="PWAS@5"
    )
    values = dict(scores.values_list("system", "value"))
    first, second = values[rows[2].system_id], values[rows[1].system_id]
    assert first is not None
    assert second is not None
    said = f"{first - second:+.3f}".replace("-", "−")
    assert f"production − minilm-128, PWAS@5 by judge{said}" in page


def test_disagreement_is_that_of_the_score_job(signed_in: Client, campaign: Campaign) -> None:
    stored = QueryDisagreement.objects.get(job=campaign.score_job, query__query_id="q03")
    assert f"Disagreement of raters {stored.value:.3f}" in text(_page(signed_in, campaign, "q03"))


def test_keys_have_a_sheet_and_links_to_follow(signed_in: Client, campaign: Campaign) -> None:
    page = _page(signed_in, campaign, "q03").content.decode()
    assert '<dialog id="keys"' in page
    assert 'data-opens="keys" aria-haspopup="dialog" hidden' in page  # without scripts it would do nothing
    assert '<script type="module" src="/static/queries.js"></script>' in page
    for relation in ('rel="prev"', 'rel="next"', 'class="up"'):
        assert f"<a {relation} href=" in page


def test_a_query_that_the_filters_leave_out_has_no_neighbours(signed_in: Client, campaign: Campaign) -> None:
    page = _page(signed_in, campaign, "q03", "tag=howto")
    assert "The filters of the list leave this query out" in text(page)
    assert "rel=" not in page.content.decode().split('class="lists')[0].split("<nav")[-1]


def test_search_this_asks_the_systems_that_can(signed_in: Client, campaign: Campaign) -> None:
    keys = [row.system_id for row in campaign.campaign_systems.all()]
    both = _page(signed_in, campaign, "q03").content.decode()
    assert f'name="a" value="{keys[0]}"' in both
    assert f'name="b" value="{keys[1]}"' in both
    # The third is a run from elsewhere.
    one = _page(signed_in, campaign, "q03", f"a={keys[2]}&b={keys[1]}").content.decode()
    assert f'name="a" value="{keys[1]}"' in one
    assert 'name="b"' not in one


def test_at_most_12_queries_with_every_filter(
    signed_in: Client, campaign: Campaign, django_assert_max_num_queries: MaxQueries
) -> None:
    key = Query.objects.get(query_id="q00").pk
    with django_assert_max_num_queries(12):
        signed_in.get(
            f"/campaigns/{campaign.pk}/queries/{key}/?sort=disagreement&tag=howto&q=thing&unrated=1"
        )
