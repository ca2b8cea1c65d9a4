"""Pairs of a queue as lists show them: what a label would change, and who said what, where one may see it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, F, FloatField, OuterRef, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Substr

from evalhub.models import HumanGrade, ItemGrade, ReviewItem, ReviewQueue
from evalhub.selectors.review.chosen import GOLD, Chosen, chosen_items
from evalhub.selectors.review.options import GOLD_NAME, Options

N_CHARACTERS = 200
Figures = dict[str, Any]
"""A key as `pk`, and FIGURES of it."""
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

    def to_dict(self) -> dict[str, Any]:
        """Return JSON types, as REST shows them."""
        item: Any = self.item  # with annotations
        return {
            "id": item.pk,
            "query_id": item.query.query_id,
            "doc_id": item.document.doc_id,
            "query": item.query_start,
            "title": item.title,
            "text": item.text_start,
            "influence": self.influence,
            "swing": self.swing,
            "gap": self.gap,
            "uncertainty": item.uncertainty,
            "state": item.state,
            "grade": item.grade,
            "n_wanted": item.n_wanted,
            "inclusion_probability": item.inclusion_probability,
            "grades": None if self.said is None else [asdict(one) for one in self.said],
        }

    @property
    def tally(self) -> list[tuple[int, int]]:
        """How many raters gave each grade, the gold label not being one."""
        return sorted(Counter(one.grade for one in self.said or () if one.key != GOLD).items())

    @property
    def gold(self) -> int | None:
        """The gold label that the campaign began with, where it may be seen."""
        return next((one.grade for one in self.said or () if one.key == GOLD), None)


def figures_of(queue: ReviewQueue, chosen: Chosen) -> QuerySet[ReviewItem, Figures]:
    """The keys of the pairs in their order with their figures: what a page is cut out of."""
    rows: QuerySet[ReviewItem, Figures] = chosen_items(queue, chosen).values("pk", *FIGURES)
    return rows


def placed_figures(queue: ReviewQueue, chosen: Chosen) -> QuerySet[ReviewItem, Figures]:
    """The same with what they are ordered by as `place`, the smallest first, then by tie_break and key."""
    place: dict[str, Combinable] = {
        "influence": -F("shown_influence"),
        "gap": -Coalesce(F("shown_gap"), -1.0, output_field=FloatField()),
        "query": F("query__query_id"),
        "random": Value(0),
    }
    items = chosen_items(queue, chosen).annotate(place=place[chosen.order])
    return items.values("pk", "place", "tie_break", *FIGURES)


def figures_of_item(item: ReviewItem) -> Figures:
    """The figures of one pair without any filter."""
    return {
        "pk": item.pk,
        "shown_gap": item.gap,
        "shown_swing": item.swing,
        "shown_influence": item.influence,
    }


def listed_pairs(
    queue: ReviewQueue,
    options: Options,
    figures: Sequence[Figures],
    viewer: User | None,
) -> list[ListedPair]:
    """A page of pairs; a viewer who is nobody graded none of them.

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


def _items(keys: Sequence[int], viewer: User | None) -> QuerySet[ReviewItem]:
    graded = HumanGrade.objects.filter(item=OuterRef("pk"), reviewer=viewer, withdrawn_at=None)
    graded = graded.filter(reviewer__isnull=False)
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
