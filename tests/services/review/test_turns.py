"""Who is given which pair, hand-worked."""

import pytest
from django.contrib.auth.models import User

from evalhub.models import ReviewItem, ReviewQueue, ReviewTurn
from evalhub.selectors.review.chosen import Chosen, chosen_items
from evalhub.services.review.grades import Said, grade_give
from evalhub.services.review.turns import (
    UnableToTake,
    turn_pass,
    turn_take,
    turns_assign,
    turns_take,
    turns_unassign,
)
from tests.services.review.conftest import NOW, after

ALL = Chosen()


def order(queue: ReviewQueue) -> list[ReviewItem]:
    return list(chosen_items(queue, ALL))


def test_pairs_come_in_the_chosen_order_and_nobody_else_gets_them(
    queue: ReviewQueue, ada: User, bob: User
) -> None:
    items = order(queue)
    assert turns_take(queue, ada, ALL, 3, now=NOW) == items[:3]
    assert turns_take(queue, bob, ALL, 2, now=NOW) == items[3:5]
    # In the person's hands already.
    assert turns_take(queue, ada, ALL, 4, now=after(5)) == [*items[:3], items[5]]
    assert turns_take(queue, ada, ALL, 1, now=after(5), having=[i.pk for i in items[:3]]) == [items[5]]
    by_chance = turns_take(queue, bob, Chosen(order="random"), 5, now=NOW)
    assert not {item.pk for item in by_chance} & {item.pk for item in (*items[:3], items[5])}


def test_a_hold_ends_and_being_shown_again_extends_it(queue: ReviewQueue, ada: User, bob: User) -> None:
    first, second, third = order(queue)[:3]
    turns_take(queue, ada, ALL, 2, now=NOW)
    turns_take(queue, ada, ALL, 0, now=after(600), having=[first.pk])
    # The second was held for 900 seconds from the start, the first from the second look on.
    assert turns_take(queue, bob, ALL, 2, now=after(901)) == [second, third]
    assert turns_take(queue, bob, Chosen(), 1, now=after(1501), having=[second.pk, third.pk]) == [first]
    with pytest.raises(UnableToTake, match="somebody else has it"):
        turn_take(first, ada, now=after(1502))


def test_an_expired_hold_is_its_owners_again_where_nobody_took_it(queue: ReviewQueue, ada: User) -> None:
    first = order(queue)[0]
    turns_take(queue, ada, ALL, 1, now=NOW)
    assert turns_take(queue, ada, ALL, 1, now=after(5_000)) == [first]
    assert ReviewTurn.objects.get().held_until == after(5_900)


def test_what_was_skipped_stays_away_and_what_was_put_off_comes_last(
    queue: ReviewQueue, ada: User, bob: User
) -> None:
    items = order(queue)
    ReviewItem.objects.filter(pk__in=[item.pk for item in items[4:]]).delete()
    turns_take(queue, ada, ALL, 2, now=NOW)
    turn_pass(items[0], ada, "skipped", now=NOW)
    turn_pass(items[1], ada, "later", now=NOW)
    assert turns_take(queue, ada, ALL, 9, now=NOW) == [items[2], items[3], items[1]]
    # Others may have what one skipped, and what one put off until it is taken again.
    assert turns_take(queue, bob, ALL, 9, now=NOW) == [items[0]]


def test_what_was_put_off_may_go_to_others_meanwhile(queue: ReviewQueue, ada: User, bob: User) -> None:
    items = order(queue)
    ReviewItem.objects.filter(pk__in=[item.pk for item in items[2:]]).delete()
    turn_pass(items[0], ada, "later", now=NOW)
    assert turns_take(queue, bob, ALL, 1, now=NOW) == [items[0]]
    assert turns_take(queue, ada, ALL, 9, now=NOW) == [items[1]]


def test_with_overlap_two_people_get_a_pair_and_a_third_does_not(
    queue: ReviewQueue, ada: User, bob: User
) -> None:
    items, eve = order(queue), User.objects.create(username="eve")
    ReviewItem.objects.filter(pk=items[0].pk).update(n_wanted=2)
    for reviewer in (ada, bob):
        assert turns_take(queue, reviewer, ALL, 1, now=NOW) == [items[0]]
    assert turns_take(queue, eve, ALL, 1, now=NOW) == [items[1]]
    grade_give(items[0], ada, Said(2), now=after(1))
    # One graded it, the other holds it: nobody else's. After the hold there is room for one.
    assert turns_take(queue, eve, ALL, 1, now=after(2), having=[items[1].pk]) == [items[2]]
    assert turns_take(queue, ada, ALL, 1, now=after(1_000)) == [items[1]]
    assert turns_take(queue, eve, ALL, 1, now=after(1_000)) == [items[0]]


def test_an_assigned_share_is_first_for_one_and_nobody_elses(
    queue: ReviewQueue, ada: User, bob: User
) -> None:
    items = order(queue)
    taken = turns_take(queue, ada, Chosen(order="query"), 1, now=NOW)[0]
    share = turns_assign(queue, bob, ALL, 3, now=NOW)
    assert share == [item for item in items if item != taken][:3]
    assert turns_take(queue, bob, ALL, 1, now=after(90_000)) == share[:1]
    assert not {*turns_take(queue, ada, ALL, 5, now=after(90_000))} & {*share}
    # The one that bob looks at stays bob's until its time is over.
    assert turns_unassign(queue, bob, now=after(90_001)) == 2
    assert turns_take(queue, ada, ALL, 8, now=after(90_002), having=[])[-3:] != []
    assert share[0] not in turns_take(queue, ada, ALL, 50, now=after(90_002))
    assert share[0] in turns_take(queue, ada, ALL, 50, now=after(99_000))


def test_what_was_answered_is_not_put_off(queue: ReviewQueue, ada: User) -> None:
    item = order(queue)[0]
    grade_give(item, ada, Said(1), now=NOW)
    turn_pass(item, ada, "later", now=after(1))
    assert ReviewTurn.objects.get().state == "graded"
