"""Who graded how many pairs of a review, how fast, and how far those agree whose pairs overlap."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from django.contrib.auth.models import User
from django.db.models import Count, Q

from evalhub.models import HumanGrade, ReviewQueue, ReviewTurn

PAUSE = timedelta(minutes=5)
"""Longer than this between two grades is a pause and no part of a pace."""
MOST_GRADES = 20_000
OPINIONS = (HumanGrade.Screen.REVIEW, HumanGrade.Screen.API)


@dataclass(frozen=True, slots=True)
class Person:
    """A reviewer and what the person did so far.

    Attributes:
        n_assigned: pairs of a share that wait.
        seconds: from one grade to the next, the median without pauses; None before there are two.
        n_shared: pairs that somebody else graded, too.
        n_equal: of these, those on which all gave the same grade.
    """

    user: User
    n_graded: int
    n_cannot: int
    n_skipped: int
    n_later: int
    n_assigned: int
    n_adjudicated: int
    seconds: float | None
    last_at: datetime | None
    n_shared: int
    n_equal: int

    @property
    def equal_share(self) -> float | None:
        """Of the shared pairs."""
        return self.n_equal / self.n_shared if self.n_shared else None


def review_people(queue: ReviewQueue) -> list[Person]:
    """Everybody who did something in a review, those who graded most first."""
    turns = {row["reviewer"]: row for row in _turns(queue)}
    times, words = _times(queue)
    shared = _shared(queue)
    users = User.objects.filter(pk__in={*turns, *times, *words}).order_by("username")
    nothing = dict.fromkeys(("n_graded", "n_cannot", "n_skipped", "n_later", "n_assigned"), 0)
    found = [
        Person(
            user=user,
            **{name: turns.get(user.pk, nothing)[name] for name in nothing},
            n_adjudicated=words.get(user.pk, 0),
            seconds=_seconds(times.get(user.pk, [])),
            last_at=max(times.get(user.pk, []), default=None),
            n_shared=shared[user.pk][0],
            n_equal=shared[user.pk][1],
        )
        for user in users
    ]
    return sorted(found, key=lambda person: -person.n_graded)


def _turns(queue: ReviewQueue) -> Iterable[dict[str, int]]:
    state = ReviewTurn.State
    waits = Q(is_assigned=True, state__in=(state.HELD, state.LATER))
    rows = ReviewTurn.objects.filter(item__queue=queue).values("reviewer").order_by("reviewer")
    return rows.annotate(
        n_graded=Count("pk", filter=Q(state=state.GRADED)),
        n_cannot=Count("pk", filter=Q(state=state.CANNOT_JUDGE)),
        n_skipped=Count("pk", filter=Q(state=state.SKIPPED)),
        n_later=Count("pk", filter=Q(state=state.LATER)),
        n_assigned=Count("pk", filter=waits),
    )


def _times(queue: ReviewQueue) -> tuple[dict[int, list[datetime]], dict[int, int]]:
    """By the keys of people, when they said something, and how often they adjudicated."""
    rows = HumanGrade.objects.filter(item__queue=queue).exclude(reviewer=None).order_by("-graded_at")
    times: dict[int, list[datetime]] = defaultdict(list)
    words: dict[int, int] = defaultdict(int)
    told = rows.values_list("reviewer", "graded_at", "screen", "withdrawn_at")[:MOST_GRADES]
    for key, at, screen, withdrawn_at in told:
        times[key or 0].append(at)
        if screen == HumanGrade.Screen.ADJUDICATION and withdrawn_at is None:
            words[key or 0] += 1
    return times, words


def _shared(queue: ReviewQueue) -> dict[int, tuple[int, int]]:
    """By the keys of people, on how many pairs they met others, and where all said the same."""
    live = HumanGrade.objects.filter(
        item__queue=queue, withdrawn_at=None, screen__in=OPINIONS, grade__isnull=False
    ).exclude(reviewer=None)
    met = live.values("item").annotate(n=Count("reviewer", distinct=True)).filter(n__gt=1).values("item")
    by_item: dict[int, dict[int, int]] = defaultdict(dict)
    for item, reviewer, grade in live.filter(item__in=met).values_list("item", "reviewer", "grade"):
        by_item[item or 0][reviewer or 0] = grade or 0
    counted: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for grades in by_item.values():
        is_equal = len(set(grades.values())) == 1
        for reviewer in grades:
            n_shared, n_equal = counted[reviewer]
            counted[reviewer] = (n_shared + 1, n_equal + is_equal)
    return counted


def _seconds(times: Sequence[datetime]) -> float | None:
    gaps = [later - earlier for earlier, later in pairwise(sorted(times))]
    steady = [gap.total_seconds() for gap in gaps if gap <= PAUSE]
    return median(steady) if steady else None
