"""Probability samples: equal probabilities that are recorded, and no second draw that would falsify them."""

import pytest

from evalhub.models import Campaign, GoldLabel, HumanGrade, ReviewItem, ReviewQueue
from evalhub.services.review.queues import UnableToReview, review_queue_open
from evalhub.services.review.samples import review_sample_draw
from tests.pipeline.review_campaign import NOW, make_review_campaign

pytestmark = pytest.mark.django_db

N_OPEN = 40


@pytest.fixture
def queue() -> ReviewQueue:
    """A queue of 40 open pairs and one that is settled."""
    campaign = make_review_campaign()
    queue = ReviewQueue.objects.create(campaign=campaign, max_grade=3)
    query, document = campaign.collection.queries.first(), campaign.snapshot.corpus.documents.first()
    assert query is not None
    assert document is not None
    for at in range(N_OPEN + 1):
        document.pk, document.doc_id = None, f"more{at}"
        document.save()
        is_settled = at == N_OPEN
        ReviewItem.objects.create(
            queue=queue,
            query=query,
            document=document,
            swing=0.1,
            influence=0.1,
            tie_break=at,
            state="settled" if is_settled else "open",
            grade=1 if is_settled else None,
        )
    return queue


def drawn(queue: ReviewQueue) -> dict[str, float]:
    rows = queue.items.exclude(inclusion_probability=None)
    return dict(rows.values_list("document__doc_id", "inclusion_probability"))


def test_a_sample_is_of_open_pairs_with_their_probability(queue: ReviewQueue) -> None:
    sample = review_sample_draw(queue, 10, seed=1)
    assert (sample.n, sample.n_population) == (10, N_OPEN)
    assert len(drawn(queue)) == 10
    assert set(drawn(queue).values()) == {0.25}
    assert "more40" not in drawn(queue)


def test_the_same_seed_draws_the_same(queue: ReviewQueue) -> None:
    review_sample_draw(queue, 10, seed=1)
    first = drawn(queue)
    for seed, is_same in ((1, True), (2, False)):
        queue.items.update(inclusion_probability=None)
        review_sample_draw(queue, 10, seed=seed)
        assert (drawn(queue) == first) is is_same


def test_every_pair_is_drawn_as_often_as_its_probability_says(queue: ReviewQueue) -> None:
    counts = dict.fromkeys(queue.items.filter(state="open").values_list("document__doc_id", flat=True), 0)
    for seed in range(200):
        queue.items.update(inclusion_probability=None)
        review_sample_draw(queue, 20, seed=seed)
        for doc_id in drawn(queue):
            counts[doc_id] += 1
    # 200 draws at 1/2: mean 100, standard deviation 7.1; the largest of 40 stays within 4.5 of them.
    assert sum(counts.values()) == 200 * 20
    assert all(68 <= count <= 132 for count in counts.values())


def test_a_second_draw_makes_one_larger_sample_and_its_labels_say_so(queue: ReviewQueue) -> None:
    review_sample_draw(queue, 10, seed=1)
    first = drawn(queue)
    collection = Campaign.objects.get().collection
    item = queue.items.get(document__doc_id=min(first))
    ReviewItem.objects.filter(pk=item.pk).update(state="settled", grade=2)
    HumanGrade.objects.create(
        collection=collection,
        query_id=item.query.query_id,
        doc_id=item.document.doc_id,
        item=item,
        reviewer_name="ada",
        grade=2,
        max_grade=3,
        screen="review",
        selection="probability sample",
        inclusion_probability=0.25,
        graded_at=NOW,
    )
    GoldLabel.objects.create(
        collection=collection,
        query_id=item.query.query_id,
        doc_id=item.document.doc_id,
        grade=2,
        selection="probability sample",
        inclusion_probability=0.25,
        added_in=2,
    )
    sample = review_sample_draw(queue, 10, seed=2)
    assert (sample.n, sample.n_population) == (20, N_OPEN)
    assert first.keys() < drawn(queue).keys()
    assert set(drawn(queue).values()) == {0.5}
    assert HumanGrade.objects.get().inclusion_probability == 0.5
    assert GoldLabel.objects.get(added_in=2).inclusion_probability == 0.5


def test_a_draw_from_what_people_left_over_is_refused(queue: ReviewQueue) -> None:
    review_sample_draw(queue, 10, seed=1)
    picked = queue.items.filter(state="open", inclusion_probability=None).first()
    assert picked is not None
    ReviewItem.objects.filter(pk=picked.pk).update(state="settled", grade=2)
    before = drawn(queue)
    with pytest.raises(UnableToReview, match="10 of 40 pairs was drawn, and 1 of the others"):
        review_sample_draw(queue, 5, seed=2)
    assert drawn(queue) == before


def test_no_sample_is_drawn_from_half_a_queue() -> None:
    queue = review_queue_open(make_review_campaign(), now=NOW)
    with pytest.raises(UnableToReview, match="once all pairs are there"):
        review_sample_draw(queue, 1, seed=1)


@pytest.mark.parametrize(("n", "says"), [(0, "at least 1"), (41, "at most 40")])
def test_a_sample_must_fit(queue: ReviewQueue, n: int, says: str) -> None:
    with pytest.raises(UnableToReview, match=says):
        review_sample_draw(queue, n, seed=1)
    assert drawn(queue) == {}
