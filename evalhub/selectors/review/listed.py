"""Pairs of a queue as lists show them: what a label would change, and who said what, where one may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Substr

from evalhub.models import HumanGrade, ItemGrade, ReviewItem, ReviewQueue
from evalhub.selectors.review.chosen import GOLD, Chosen, chosen_items
from evalhub.selectors.review.options import GOLD_NAME, Options

N_CHARACTERS = 200
FIGURES = ("shown_gap", "shown_swing", "shown_influence")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a grader of the campaign said; `key` is GOLD for the gold labels."""

    key: int
    grader: str
    grade: int
    gain: float


@dataclass(frozen=True, slots=True)
class ListedPair:
    """A pair with the figures that the filters make of it.

    Attributes:
        item: with query and document; of their texts only `query_start`, `title` and `text_start` are read.
        gap: of the two chosen raters, else of all graders; None where fewer than two graded.
        swing: on the difference of the two chosen systems, else the most on any.
        said: in the order of the campaign; None where the viewer is to grade first.
    """

    item: ReviewItem
    gap: float | None
    swing: float
    influence: float
    said: Sequence[Statement] | None


def figures_of(queue: ReviewQueue, chosen: Chosen) -> QuerySet[ReviewItem, dict[str, float | int | None]]:
    """The keys of the pairs in their order with their figures: what a page is cut out of."""
    return chosen_items(queue, chosen).values("pk", *FIGURES)


def listed_pairs(
    queue: ReviewQueue,
    options: Options,
    figures: Sequence[dict[str, float | int | None]],
    viewer: User,
) -> list[ListedPair]:
    """A page of pairs.

    Texts are read for these rows alone: a database that sorts reads every column of every row.
    """
    keys = [row["pk"] for row in figures]
    items = {item.pk: item for item in _items(keys, viewer)}
    said = _statements(
        [pk for pk, item in items.items() if not is_hidden(queue, item, is_graded=item.is_graded_by_viewer)],  # type: ignore[attr-defined]
        options,
    )
    return [
        ListedPair(
            item=items[row["pk"]],
            gap=row["shown_gap"],
            swing=row["shown_swing"] or 0.0,
            influence=row["shown_influence"] or 0.0,
            said=said.get(row["pk"]),
        )
        for row in figures
    ]


def is_hidden(queue: ReviewQueue, item: ReviewItem, *, is_graded: bool) -> bool:
    """Whether a viewer is not to see what graders said: the queue is blind and the viewer may yet grade."""
    return queue.is_blind and not is_graded and item.state != ReviewItem.State.SETTLED


def _items(keys: Sequence[float | int | None], viewer: User) -> QuerySet[ReviewItem]:
    graded = HumanGrade.objects.filter(item=OuterRef("pk"), reviewer=viewer, withdrawn_at=None)
    return (
        ReviewItem.objects.filter(pk__in=keys)
        .select_related("query", "document")
        .defer("query__text", "query__need", "query__tags", "document__title", "document__text")
        .defer("document__metadata")
        .annotate(
            is_graded_by_viewer=Exists(graded),
            query_start=Substr("query__text", 1, N_CHARACTERS),
            title=Substr("document__title", 1, N_CHARACTERS),
            text_start=Substr("document__text", 1, N_CHARACTERS),
        )
    )


def _statements(keys: Sequence[int], options: Options) -> dict[int, list[Statement]]:
    found: dict[int, list[Statement]] = {key: [] for key in keys}
    if not keys:
        return found
    places = {key: place for place, key in enumerate(options.graders)}
    rows = ItemGrade.objects.filter(item__in=keys).values_list("item", "rater_version", "grade", "gain")
    for item_id, version_id, grade, gain in rows:
        key = version_id or GOLD
        found[item_id].append(Statement(key, options.graders.get(key, GOLD_NAME), grade, gain))
    for statements in found.values():
        statements.sort(key=lambda one: places.get(one.key, len(places)))
    return found
