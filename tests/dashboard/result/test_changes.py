"""What changed since the campaign of a name before."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from evalhub.core import compare
from evalhub.core.compare import SEED
from evalhub.core.digest import text_digest
from evalhub.models import Campaign, Document, Judgment, Query, QueryScore
from evalhub.selectors.result.paired import N_RESAMPLES
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import CUTOFF, HOSTILE, Inputs, make_inputs
from tests.dashboard.markup import tables, text
from tests.dashboard.repeats import repeated, with_next_snapshot, with_next_version, with_other_lists

MaxQueries = Callable[[int], AbstractContextManager[Any]]


def _values(campaign: Campaign, system: str) -> dict[int, float]:
    rows = QueryScore.objects.filter(
        job=campaign.score_job,
        system__name=system,
        rater_version__rater__name="judge",
        measure=f"PWAS@{CUTOFF}",
    )
    return dict(rows.values_list("query", "value"))


def _signed(value: float) -> str:
    return f"{value:+z.3f}".replace("-", "−")


def test_each_system_is_paired_query_by_query(signed_in: Client, inputs: Inputs) -> None:
    before, now = make_campaign(inputs), repeated(with_other_lists(inputs))
    (rows,) = tables(signed_in.get(f"/campaigns/{now.pk}/changes/"), "Change of PWAS@5")
    assert {row[0] for row in rows} == {"minilm-384", "minilm-128", "production"}
    for name, _, *cells in rows:
        ours, theirs = _values(now, name), _values(before, name)
        queries = sorted(ours)
        expected = compare.compare_paired(
            [ours[query] for query in queries],
            [theirs[query] for query in queries],
            seed=SEED,
            n_resamples=N_RESAMPLES,
        )
        assert expected.difference is not None
        assert cells[2].split(" ")[0] == _signed(expected.difference)


def test_the_queries_that_moved_most_come_first_and_lead_to_their_pages(
    signed_in: Client, inputs: Inputs
) -> None:
    before, now = make_campaign(inputs), repeated(with_other_lists(inputs))
    differences = sorted(
        (
            abs(value - _values(before, name)[query])
            for name in ("minilm-384", "minilm-128", "production")
            for query, value in _values(now, name).items()
        ),
        reverse=True,
    )
    answer = signed_in.get(f"/campaigns/{now.pk}/changes/")
    (rows,) = tables(answer, "Queries that moved most")
    assert [abs(float(row[-1].replace("−", "-"))) for row in rows] == [
        pytest.approx(value, abs=6e-4) for value in differences if value
    ][:10]
    first = Query.objects.get(query_id=rows[0][0])
    assert f'href="/campaigns/{now.pk}/queries/{first.pk}/"' in answer.content.decode()


def test_the_same_inputs_change_nothing(signed_in: Client, inputs: Inputs) -> None:
    before, now = make_campaign(inputs), repeated(inputs)
    Campaign.objects.filter(pk=now.pk).update(score_job=before.score_job)
    page = signed_in.get(f"/campaigns/{now.pk}/changes/")
    assert "Nothing changed: the inputs are the same" in text(page)
    assert "Inputs that changed: none" in text(page)


def test_another_rater_version_is_said_and_not_compared(signed_in: Client, inputs: Inputs) -> None:
    make_campaign(inputs)
    now = repeated(with_next_version(inputs))
    page = signed_in.get(f"/campaigns/{now.pk}/changes/")
    assert "Not comparable, because scores are on another scale (rater judge: judge v1" in text(page)
    (rows,) = tables(page, "Change of PWAS@5")
    assert {(row[1], row[4], row[5]) for row in rows} == {("not comparable", "– –", "–")}
    other = signed_in.get(f"/campaigns/{now.pk}/changes/?rater=second")
    assert "no change found for minilm-384, minilm-128 and production" in text(other)


def test_gold_labels_compare_as_a_rater_does(signed_in: Client, inputs: Inputs) -> None:
    make_campaign(inputs)
    now = repeated(with_other_lists(inputs))
    page = signed_in.get(f"/campaigns/{now.pk}/changes/?rater=gold+labels")
    assert len(tables(page, "Change of nDCG@5 by gold labels")) == 1
    Campaign.objects.filter(pk=now.pk).update(gold_version=2)
    page = signed_in.get(f"/campaigns/{now.pk}/changes/?rater=gold+labels")
    assert "(gold labels: version 1 → version 2)" in text(page)


def test_documents_are_counted_as_added_removed_and_changed(signed_in: Client, inputs: Inputs) -> None:
    make_campaign(inputs)
    later = with_next_snapshot(inputs)
    corpus, documents = inputs.snapshot.corpus, inputs.documents
    Document.objects.filter(pk__in=[one.pk for one in documents[:3]]).update(removed_in=2)
    for doc_id in (documents[0].doc_id, "new-1", "new-2", "new-3"):
        digest = text_digest("", doc_id)
        Document.objects.create(
            corpus=corpus, doc_id=doc_id, text=doc_id, digest=digest, row_digest=digest, added_in=2
        )
    later.snapshot.n_documents, later.snapshot.n_added = 25, 4
    later.snapshot.save()
    now = repeated(later)
    page = text(signed_in.get(f"/campaigns/{now.pk}/changes/"))
    # One of the three that ended has a successor; three of the four new rows have no forerunner.
    assert "3 documents added, 2 removed, 1 changed" in page


def test_only_queries_that_stayed_are_compared(signed_in: Client, inputs: Inputs) -> None:
    before, now = make_campaign(inputs), repeated(inputs)
    gone = inputs.queries[0]
    Query.objects.filter(pk=gone.pk).update(removed_in=2)
    QueryScore.objects.filter(job=now.score_job, query=gone).delete()
    Campaign.objects.filter(pk=now.pk).update(collection_version=2)
    page = text(signed_in.get(f"/campaigns/{now.pk}/changes/"))
    assert "0 queries added, 1 removed, 0 changed; compared are the 5 that stayed as they were" in page
    assert before.collection_version == 1


def test_systems_come_and_go(signed_in: Client, inputs: Inputs) -> None:
    make_campaign(replace(inputs, systems=inputs.systems[:2]))
    now = repeated(replace(inputs, systems=inputs.systems[1:]))
    (rows,) = tables(signed_in.get(f"/campaigns/{now.pk}/changes/"), "Change of PWAS@5")
    assert {row[0]: row[1] for row in rows} == {
        "minilm-128": "no difference found",
        "production": "new",
        "minilm-384": "gone",
    }


def test_any_earlier_campaign_can_be_chosen(signed_in: Client, inputs: Inputs) -> None:
    made = [repeated(inputs, days=day) for day in range(3)]
    address = f"/campaigns/{made[2].pk}/changes/"
    assert f"Since #{made[1].pk}" in text(signed_in.get(address))
    assert f"Since #{made[0].pk}" in text(signed_in.get(f"{address}?against={made[0].pk}"))
    assert f"Since #{made[1].pk}" in text(signed_in.get(f"{address}?against=999"))
    # What came later is no last time.
    assert "no earlier campaign" in text(signed_in.get(f"/campaigns/{made[0].pk}/changes/"))


def test_the_campaigns_page_asks_for_it_once_there_is_one(signed_in: Client, inputs: Inputs) -> None:
    first = make_campaign(inputs)
    assert "What changed since" not in text(signed_in.get(f"/campaigns/{first.pk}/"))
    second = repeated(inputs)
    page = signed_in.get(f"/campaigns/{second.pk}/").content.decode()
    assert f'hx-get="/campaigns/{second.pk}/changes/" hx-trigger="load"' in page
    fragment = signed_in.get(f"/campaigns/{second.pk}/changes/", headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()


@pytest.mark.parametrize("n_queries", [3, 12])
def test_queries_of_the_database_do_not_grow(
    signed_in: Client, django_assert_max_num_queries: MaxQueries, n_queries: int
) -> None:
    inputs = make_inputs(n_queries=n_queries)
    make_campaign(inputs)
    now = repeated(with_next_snapshot(with_other_lists(inputs)))
    Judgment.objects.all().delete()
    Campaign.objects.filter(pk=now.pk).update(collection_version=2)
    with django_assert_max_num_queries(12):
        signed_in.get(f"/campaigns/{now.pk}/changes/")


def test_hostile_names_are_shown_inertly(signed_in: Client, inputs: Inputs) -> None:
    inputs.systems[0].name = HOSTILE
    inputs.systems[0].save()
    make_campaign(inputs, name=HOSTILE)
    now = repeated(with_other_lists(inputs), name=HOSTILE)
    page = signed_in.get(f"/campaigns/{now.pk}/changes/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
