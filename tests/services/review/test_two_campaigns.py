"""Two campaigns over one collection, files, and people who settle the same pair: the gold label is one."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from evalhub.models import GoldLabel, HumanGrade, ReviewItem
from evalhub.services.gold import Replacing, gold_store
from evalhub.services.review.grades import Said, grade_give, turn_undo
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import START, make_inputs
from tests.review_rows import make_queue
from tests.services.review.conftest import NOW, after, gold_of

Items = tuple[ReviewItem, ReviewItem]


@pytest.fixture
def same(db: None) -> Items:
    """One pair in the queues of two campaigns."""
    inputs = make_inputs()
    first = make_queue(make_campaign(inputs)).items.earliest("pk")
    later = make_campaign(inputs, name="weekly", created_at=START + timedelta(days=1))
    second = make_queue(later).items.get(query=first.query, document=first.document)
    return first, second


def stands(item: ReviewItem) -> tuple[str, int | None, int | None]:
    """State, grade, and the grade of the gold label."""
    item.refresh_from_db()
    label = gold_of(item)
    return item.state, item.grade, label.grade if label else None


def undo(item: ReviewItem, user: User, seconds: float) -> None:
    turn_undo(item.queue, user, now=after(seconds), item_id=item.pk)


def test_a_pair_settled_in_one_campaign_is_settled_in_the_other(same: Items, ada: User) -> None:
    first, second = same
    grade_give(first, ada, Said(2), now=NOW)
    assert stands(second) == ("settled", 2, 2)
    undo(first, ada, 1)
    assert stands(second) == ("open", None, None)


def test_a_pair_that_was_drawn_or_is_asked_twice_waits_for_its_own_people(same: Items, ada: User) -> None:
    first, second = same
    ReviewItem.objects.filter(pk=second.pk).update(inclusion_probability=0.5)
    grade_give(first, ada, Said(2), now=NOW)
    assert stands(second) == ("open", None, 2)


def test_the_label_stays_while_somebody_else_stands_by_it(same: Items, ada: User, bob: User) -> None:
    first, second = same
    grade_give(first, ada, Said(2), now=NOW)
    grade_give(second, bob, Said(2), now=after(1))
    undo(first, ada, 2)
    assert stands(second) == ("settled", 2, 2)
    assert stands(first) == ("settled", 2, 2)  # by the label, which is bob's now
    label = gold_of(second)
    assert label is not None
    assert label.graded_by == bob
    undo(second, bob, 3)
    assert stands(second) == ("open", None, None)
    assert stands(first) == ("open", None, None)


def test_undo_never_brings_back_what_was_taken_back(same: Items, ada: User, bob: User) -> None:
    first, second = same
    grade_give(first, ada, Said(2), now=NOW)
    grade_give(second, bob, Said(3), now=after(1))
    undo(first, ada, 2)
    assert stands(second) == ("settled", 3, 3)
    undo(second, bob, 3)
    assert stands(second) == ("open", None, None)
    assert not GoldLabel.objects.filter(removed_in=None).exists()


def test_a_file_answers_open_pairs_and_overrules_settled_ones(same: Items, ada: User, bob: User) -> None:
    first, second = same
    pair = first.query.query_id, first.document.doc_id
    collection = first.queue.campaign.collection
    gold_store(collection, {pair: 1})
    assert stands(first) == stands(second) == ("settled", 1, 1)
    grade_give(first, ada, Said(2), now=NOW)
    gold_store(collection, {pair: 3}, Replacing(is_overruling=True))
    assert stands(first) == stands(second) == ("settled", 3, 3)
    # What the file overruled is no opinion any more, so that nobody is in conflict with it.
    grade_give(first, bob, Said(3), now=after(1))
    assert stands(first) == ("settled", 3, 3)
    assert HumanGrade.objects.filter(item=first, withdrawn_at=None).count() == 2
    undo(first, bob, 2)
    assert stands(first) == ("settled", 3, 3)
