"""The page of a query, and documents."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.test import Client

from evalhub.dashboard.formatting import moved
from evalhub.models import (
    Campaign,
    GoldLabel,
    Judgment,
    Query,
    QueryDisagreement,
    QueryScore,
)
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, TURNED, Inputs
from tests.dashboard.markup import text
from tests.dashboard.query_pages import cards_of, hits_of, query_page

MaxQueries = Callable[[int], AbstractContextManager[Any]]


def test_every_hit_is_there_with_its_grades(
    signed_in: Client, campaign: Campaign, django_assert_max_num_queries: MaxQueries
) -> None:
    key = Query.objects.get(query_id="q03").pk
    with django_assert_max_num_queries(12):
        signed_in.get(f"/campaigns/{campaign.pk}/queries/{key}/?sort=spread")
    cards = cards_of(query_page(signed_in, campaign, "q03"))
    hits = hits_of(campaign, "q03")
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
    page = text(query_page(signed_in, campaign, "q03"))
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
    hits = hits_of(campaign, "q03")
    cards = cards_of(query_page(signed_in, campaign, "q03"))
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
    cards = cards_of(query_page(signed_in, running, "q00"))
    unrated = [card for card in cards.values() if "unrated: refused" in card]
    assert unrated
    assert all("<b>0</b>" not in card.split("gold")[0] for card in unrated)
    last = cards_of(query_page(signed_in, running, "q05"))
    assert any("</bdi> pending" in card for card in last.values())
    Campaign.objects.filter(pk=running.pk).update(state="cancelled")
    last = cards_of(query_page(signed_in, running, "q05"))
    assert any("</bdi> not rated" in card for card in last.values())


def test_neighbours_follow_the_chosen_order(signed_in: Client, campaign: Campaign) -> None:
    page = query_page(signed_in, campaign, "q03").content.decode()
    keys = dict(Query.objects.values_list("query_id", "pk"))
    first, second, _ = (row.system_id for row in campaign.campaign_systems.all())
    choice = f"?rater=judge&amp;sort=query&amp;a={first}&amp;b={second}"
    assert f'<a rel="prev" href="/campaigns/{campaign.pk}/queries/{keys["q02"]}/{choice}"' in page
    assert f'<a rel="next" href="/campaigns/{campaign.pk}/queries/{keys["q04"]}/{choice}"' in page
    assert 'rel="prev"' not in query_page(signed_in, campaign, "q00").content.decode()
    assert 'rel="next"' not in query_page(signed_in, campaign, "q05").content.decode()
    table = signed_in.get(f"/campaigns/{campaign.pk}/queries/?sort=lowest").content.decode()
    order = [
        int(part.split("/")[0])
        for part in table.split(f"/campaigns/{campaign.pk}/queries/")[1:]
        if part[0].isdigit()
    ]
    for query_id, key in keys.items():
        at = order.index(key)
        page = query_page(signed_in, campaign, query_id, "sort=lowest").content.decode()
        assert f"{at + 1} of 6" in page
        if at + 1 < len(order):
            assert f'rel="next" href="/campaigns/{campaign.pk}/queries/{order[at + 1]}/' in page


def test_a_query_of_another_version_is_not_found(signed_in: Client, campaign: Campaign) -> None:
    query = Query.objects.get(query_id="q03")
    Query.objects.filter(pk=query.pk).update(added_in=2)
    assert signed_in.get(f"/campaigns/{campaign.pk}/queries/{query.pk}/").status_code == 404


def test_hostile_texts_are_shown_inertly(signed_in: Client, campaign: Campaign) -> None:
    for query_id in ("q00", "q01", "q02"):
        page = query_page(signed_in, campaign, query_id, "q=<script>alert(1)</script>").content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page
    assert HOSTILE in text(query_page(signed_in, campaign, "q01"))
    turned = [
        page
        for query_id in ("q00", "q01", "q02")
        if TURNED in (page := text(query_page(signed_in, campaign, query_id)))
    ]
    assert turned
    assert f"<li><bdi>{TURNED}</bdi></li>" in query_page(signed_in, campaign, "q00").content.decode()


def test_moves_are_said_in_ranks(signed_in: Client, campaign: Campaign) -> None:
    cards = cards_of(query_page(signed_in, campaign, "q03"))
    by_place = {(hit.run_id, hit.rank): hit for hit in hits_of(campaign, "q03")}
    n_moved = 0
    for (run_id, rank), hit in by_place.items():
        for (other_run, other_rank), other in by_place.items():
            if other_run == run_id or other.document_id != hit.document_id or other_rank == rank:
                continue
            n_moved += 1
            n, word = abs(other_rank - rank), "lower" if other_rank > rank else "higher"
            says = f", {n} rank{'' if n == 1 else 's'} {word} there"
            assert says in cards[f"hit-{run_id}-{rank}"]
        assert f'data-document="{hit.document_id}"' in query_page(signed_in, campaign, "q03").content.decode()
    assert n_moved > 0


def test_the_compared_systems_come_first_with_their_difference(signed_in: Client, campaign: Campaign) -> None:
    rows = list(campaign.campaign_systems.select_related("system"))
    page = text(query_page(signed_in, campaign, "q03", f"a={rows[2].system_id}&b={rows[1].system_id}"))
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
    assert f"Disagreement of raters {stored.value:.3f}" in text(query_page(signed_in, campaign, "q03"))


def test_keys_have_a_sheet_and_links_to_follow(signed_in: Client, campaign: Campaign) -> None:
    page = query_page(signed_in, campaign, "q03").content.decode()
    assert '<dialog id="keys"' in page
    assert 'data-opens="keys" aria-haspopup="dialog" hidden' in page  # without scripts it would do nothing
    assert '<script type="module" src="/static/queries.js"></script>' in page
    for relation in ('rel="prev"', 'rel="next"', 'class="up"'):
        assert f"<a {relation} href=" in page


def test_a_query_that_the_filters_leave_out_has_no_neighbours(signed_in: Client, campaign: Campaign) -> None:
    page = query_page(signed_in, campaign, "q03", "tag=howto")
    assert "The filters of the list leave this query out" in text(page)
    assert "rel=" not in page.content.decode().split('class="lists')[0].split("<nav")[-1]


def test_search_this_asks_the_systems_that_can(signed_in: Client, campaign: Campaign) -> None:
    keys = [row.system_id for row in campaign.campaign_systems.all()]
    both = query_page(signed_in, campaign, "q03").content.decode()
    assert f'name="a" value="{keys[0]}"' in both
    assert f'name="b" value="{keys[1]}"' in both
    # The third is a run from elsewhere.
    one = query_page(signed_in, campaign, "q03", f"a={keys[2]}&b={keys[1]}").content.decode()
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
