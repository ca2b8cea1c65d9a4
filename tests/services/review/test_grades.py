"""What people say, what it comes to, and taking it back."""

import pytest
from django.contrib.auth.models import User

from evalhub.models import GoldLabel, HumanGrade, QueryCollection, ReviewItem, ReviewQueue, ReviewTurn
from evalhub.selectors.review.chosen import Chosen, chosen_items
from evalhub.services.gold import PairLabel, gold_set
from evalhub.services.review.adjudication import adjudicate, adjudication_undo
from evalhub.services.review.grades import Said, UnableToGrade, UnableToUndo, grade_give, turn_undo
from evalhub.services.review.turns import turn_pass, turns_take
from tests.services.review.conftest import NOW, after, gold_of


@pytest.fixture
def item(queue: ReviewQueue) -> ReviewItem:
    """A pair that nobody has graded, gold included."""
    found = chosen_items(queue, Chosen())[0]
    GoldLabel.objects.filter(query_id=found.query.query_id, doc_id=found.document.doc_id).delete()
    return found


@pytest.fixture
def known(queue: ReviewQueue) -> ReviewItem:
    """A pair with a gold label of a file."""
    return next(item for item in chosen_items(queue, Chosen()) if gold_of(item) is not None)


def state(item: ReviewItem) -> tuple[str, int | None]:
    item.refresh_from_db()
    return item.state, item.grade


def grade_of(item: ReviewItem) -> int | None:
    label = gold_of(item)
    return label.grade if label else None


def collection(item: ReviewItem) -> QueryCollection:
    return QueryCollection.objects.get(pk=item.queue.campaign.collection_id)


def test_a_grade_settles_the_pair_and_is_gold(item: ReviewItem, ada: User) -> None:
    given = grade_give(item, ada, Said(2, comment="on page 3", key="k1"), now=NOW)
    assert state(item) == ("settled", 2)
    label = gold_of(item)
    assert label is not None
    assert (label.grade, label.graded_by, label.graded_at) == (2, ada, NOW)
    assert (label.selection, label.inclusion_probability) == ("hand-picked", None)
    assert (given.screen, given.selection, given.comment) == ("review", "hand-picked", "on page 3")
    assert ReviewTurn.objects.get(item=item).state == "graded"


def test_a_pair_that_was_drawn_keeps_its_probability(known: ReviewItem, ada: User) -> None:
    before = gold_of(known)
    assert before is not None
    assert before.selection == ""
    ReviewItem.objects.filter(pk=known.pk).update(inclusion_probability=0.25)
    given = grade_give(known, ada, Said(before.grade), now=NOW)
    assert (given.selection, given.inclusion_probability) == ("probability sample", 0.25)
    label = gold_of(known)
    assert label is not None
    assert (label.grade, label.selection, label.inclusion_probability) == (
        before.grade,
        "probability sample",
        0.25,
    )
    turn_undo(known.queue, ada, now=after(1))
    restored = gold_of(known)
    assert restored is not None
    assert (restored.grade, restored.selection) == (before.grade, "")


def test_sent_twice_is_one_and_another_content_is_refused(item: ReviewItem, ada: User, bob: User) -> None:
    first = grade_give(item, ada, Said(2, key="k"), now=NOW)
    assert grade_give(item, ada, Said(2, key="k"), now=after(60)).pk == first.pk
    with pytest.raises(UnableToGrade, match="was used for another grade"):
        grade_give(item, ada, Said(3, key="k"), now=NOW)
    assert HumanGrade.objects.count() == 1
    grade_give(item, bob, Said(2, key="k"), now=NOW)  # keys are the sender's own
    assert HumanGrade.objects.count() == 2


@pytest.mark.parametrize(
    "said", [Said(4), Said(-1), Said(None), Said(None, "  "), Said(1, comment="x" * 4_001)]
)
def test_what_can_not_be_kept_is_said(item: ReviewItem, ada: User, said: Said) -> None:
    with pytest.raises(UnableToGrade):
        grade_give(item, ada, said, now=NOW)
    assert not HumanGrade.objects.exists()


def test_nobody_can_judge_it(item: ReviewItem, ada: User, bob: User) -> None:
    grade_give(item, ada, Said(None, "in Greek"), now=NOW)
    assert state(item) == ("unclear", None)
    assert gold_of(item) is None
    grade_give(item, bob, Said(1), now=NOW)  # somebody who reads Greek
    assert state(item) == ("settled", 1)


def test_two_who_differ_leave_no_gold_until_somebody_adjudicates(
    known: ReviewItem, ada: User, bob: User
) -> None:
    before = gold_of(known)
    assert before is not None
    ReviewItem.objects.filter(pk=known.pk).update(n_wanted=2)
    hers = grade_give(known, ada, Said(1), now=NOW)
    assert state(known) == ("open", None)
    assert gold_of(known) == before
    grade_give(known, bob, Said(3), now=NOW)
    assert state(known) == ("differ", None)
    assert gold_of(known) is None
    with pytest.raises(UnableToGrade, match="Say why"):
        adjudicate(known, bob, Said(3, " "), now=NOW)
    word = adjudicate(known, bob, Said(3, "the second paragraph answers it", key="a"), now=after(9))
    assert adjudicate(known, bob, Said(3, "the second paragraph answers it", key="a"), now=after(10)) == word
    assert state(known) == ("settled", 3)
    hers.refresh_from_db()
    assert hers.overruled_by == word
    label = gold_of(known)
    assert label is not None
    assert (label.grade, label.graded_by) == (3, bob)
    with pytest.raises(UnableToUndo, match="adjudicated meanwhile"):
        turn_undo(known.queue, ada, now=NOW)
    with pytest.raises(UnableToUndo, match="bob adjudicated"):
        adjudication_undo(known, ada, now=NOW)
    adjudication_undo(known, bob, now=NOW)
    hers.refresh_from_db()
    assert hers.overruled_by is None
    assert state(known) == ("differ", None)
    # Both go back: the label of the file is there again, as it was.
    turn_undo(known.queue, bob, now=NOW)
    turn_undo(known.queue, ada, now=NOW)
    assert state(known) == ("open", None)
    restored = gold_of(known)
    assert restored is not None
    assert (restored.grade, restored.selection, restored.graded_by) == (before.grade, "", None)


def test_a_second_word_overrules_the_first_and_its_undo_goes_back_to_it(
    item: ReviewItem, ada: User, bob: User
) -> None:
    hers = grade_give(item, ada, Said(0), now=NOW)
    first = adjudicate(item, bob, Said(1, "half of it"), now=after(1))
    second = adjudicate(item, ada, Said(2, "nearly all of it"), now=after(2))
    assert state(item) == ("settled", 2)
    first.refresh_from_db()
    assert first.overruled_by == second
    adjudication_undo(item, ada, now=after(3))
    hers.refresh_from_db()
    assert state(item) == ("settled", 1)
    assert hers.overruled_by == first


def test_a_late_grade_is_kept_as_one_more_opinion(item: ReviewItem, ada: User, bob: User) -> None:
    turns_take(item.queue, ada, Chosen(), 50, now=NOW)
    grade_give(item, bob, Said(2), now=after(2_000))  # ada's hold is over
    grade_give(item, ada, Said(2), now=after(2_001))
    assert state(item) == ("settled", 2)
    grade_give(item, ada, Said(0), now=after(2_002))  # on second thoughts
    assert state(item) == ("differ", None)
    assert HumanGrade.objects.filter(withdrawn_at=None).count() == 2
    adjudicate(item, bob, Said(2, "see the title"), now=after(2_003))
    late = grade_give(item, User.objects.create(username="eve"), Said(0), now=after(2_004))
    assert state(item) == ("settled", 2)
    assert late.overruled_by is not None


def test_undo_goes_back_step_by_step(queue: ReviewQueue, ada: User, bob: User) -> None:
    one, two, three = turns_take(queue, ada, Chosen(), 3, now=NOW)
    before = [grade_of(item) for item in (one, two, three)]
    digest = collection(one).gold_digest
    grade_give(one, ada, Said(3), now=after(1))
    turn_pass(two, ada, "skipped", now=after(2))
    turn_pass(three, ada, "later", now=after(3))
    assert turn_undo(queue, ada, now=after(4)) == three
    assert turn_undo(queue, ada, now=after(5)) == two
    assert turn_undo(queue, ada, now=after(6)) == one
    with pytest.raises(UnableToUndo, match="nothing to undo"):
        turn_undo(queue, ada, now=after(7))
    assert [grade_of(item) for item in (one, two, three)] == before
    assert state(one) == ("open", None)
    assert turns_take(queue, bob, Chosen(), 1, now=after(8)) == [list(chosen_items(queue, Chosen()))[3]]
    assert digest == "" or collection(one).gold_digest == digest


def test_undo_sent_twice_is_once_and_means_one_grade(item: ReviewItem, ada: User) -> None:
    grade_give(item, ada, Said(3, key="first"), now=NOW)
    turn_undo(item.queue, ada, now=after(1), item_id=item.pk, key="first")
    turn_undo(item.queue, ada, now=after(2), item_id=item.pk, key="first")
    grade_give(item, ada, Said(1, key="second"), now=after(3))
    turn_undo(item.queue, ada, now=after(4), item_id=item.pk, key="first")
    assert state(item) == ("settled", 1)


def test_a_skip_can_not_be_undone_once_somebody_else_has_the_pair(
    queue: ReviewQueue, ada: User, bob: User
) -> None:
    item = turns_take(queue, ada, Chosen(), 1, now=NOW)[0]
    turn_pass(item, ada, "skipped", now=NOW)
    assert turns_take(queue, bob, Chosen(), 1, now=NOW) == [item]
    with pytest.raises(UnableToUndo, match="Somebody else has this pair"):
        turn_undo(queue, ada, now=NOW)


def test_what_others_made_of_the_gold_label_meanwhile_stays(item: ReviewItem, ada: User, bob: User) -> None:
    grade_give(item, ada, Said(3), now=NOW)
    pair = item.query.query_id, item.document.doc_id
    gold_set(collection(item), PairLabel(*pair, 1), user=bob, now=after(1))
    turn_undo(item.queue, ada, now=after(2))
    label = gold_of(item)
    assert label is not None
    assert (label.grade, label.graded_by) == (1, bob)


def test_the_digest_and_the_count_are_those_of_all_labels(queue: ReviewQueue, ada: User) -> None:
    for at, item in enumerate(turns_take(queue, ada, Chosen(), 6, now=NOW)):
        grade_give(item, ada, Said(at % 4), now=after(at))
    turn_undo(queue, ada, now=after(60))
    from evalhub.services.gold import _digest

    current = GoldLabel.objects.filter(removed_in=None)
    grades = {(label.query_id, label.doc_id): label.grade for label in current}
    found = QueryCollection.objects.get()
    assert found.gold_digest == _digest(grades)
    assert found.n_gold == len(grades)
