"""How much of a review is done, and how two graders' grades meet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, F, Q

from evalhub.models import Campaign, ReviewItem, ReviewQueue
from evalhub.selectors.review.chosen import Chosen, chosen_items, with_said

OPEN_STATES = (ReviewItem.State.OPEN, ReviewItem.State.DIFFER)


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """Pairs of a queue.

    Attributes:
        states: pairs in each state.
        n_disagreements: open ones (or such on which people differ) whose label could change a result.
        n_sample: drawn for a probability sample.
        n_sample_open: of these, those that nobody settled yet.
    """

    states: dict[str, int]
    n_disagreements: int
    n_sample: int
    n_sample_open: int

    @property
    def n_pairs(self) -> int:
        """All of them."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Confusion:
    """Pairs by the grade of one grader (rows) and of another (columns).

    Attributes:
        counts: one list per row, a number per column.
    """

    raters: tuple[int, int]
    rows: Sequence[int]
    columns: Sequence[int]
    counts: Sequence[Sequence[int]]

    @property
    def n_pairs(self) -> int:
        """Pairs that both graded."""
        return sum(map(sum, self.counts))

    @property
    def most(self) -> int:
        """The largest count."""
        return max((count for row in self.counts for count in row), default=0)


def review_counts(queue: ReviewQueue) -> ReviewCounts:
    """Count the pairs of a queue."""
    rows = ReviewItem.objects.filter(queue=queue).values("state").order_by("state")
    in_sample = Q(inclusion_probability__isnull=False)
    found = rows.annotate(
        n=Count("pk"), n_worth=Count("pk", filter=Q(influence__gt=0)), n_sample=Count("pk", filter=in_sample)
    )
    counted = {row["state"]: row for row in found}
    return ReviewCounts(
        states={state: counted[state]["n"] if state in counted else 0 for state in ReviewItem.State.values},
        n_disagreements=sum(counted[state]["n_worth"] for state in OPEN_STATES if state in counted),
        n_sample=sum(row["n_sample"] for row in counted.values()),
        n_sample_open=sum(counted[state]["n_sample"] for state in OPEN_STATES if state in counted),
    )


def campaign_disagreements(campaign: Campaign) -> int | None:
    """How many pairs of a campaign wait to be settled and could change a result; None without a review."""
    worth = Q(items__state__in=OPEN_STATES, items__influence__gt=0)
    found = ReviewQueue.objects.filter(campaign=campaign).annotate(n=Count("items", filter=worth))
    return found.values_list("n", flat=True).first()


def confusion(
    queue: ReviewQueue, chosen: Chosen, raters: tuple[int, int], scales: tuple[int, int]
) -> Confusion:
    """Count the pairs that fit the filters by what two graders said; every offered grade has its place.

    Args:
        chosen: its raters and grades are passed over.
        scales: G of each grader's 0..G.
    """
    others = replace(chosen, raters=None, grades=None, order="influence")
    both = with_said(chosen_items(queue, others).order_by(), raters)
    rows = both.filter(Q(first_said__isnull=False) & Q(second_said__isnull=False))
    grouped = rows.annotate(mine=F("first_said__grade"), theirs=F("second_said__grade"))
    counted = grouped.values_list("mine", "theirs").annotate(n=Count("pk"))
    found = {(grade, other): n for grade, other, n in counted}
    mine = sorted({*range(scales[0] + 1), *(grade for grade, _ in found)})
    theirs = sorted({*range(scales[1] + 1), *(other for _, other in found)})
    counts = [[found.get((grade, other), 0) for other in theirs] for grade in mine]
    return Confusion(raters, mine, theirs, counts)
