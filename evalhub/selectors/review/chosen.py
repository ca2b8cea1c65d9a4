"""The pairs of a review queue that fit some filters, in an order: what lists, screens and REST all read."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.db.models import F, FilteredRelation, FloatField, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Coalesce

from evalhub.models import Query, ReviewItem, ReviewQueue
from evalhub.selectors.documents import collection_queries
from evalhub.selectors.query_view.tags import has_tag

Order = Literal["influence", "gap", "query", "random"]
ORDERS: tuple[Order, ...] = get_args(Order)
GOLD = 0
"""The key of the gold labels, where raters go by the keys of their versions."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Filters and an order; None or "" leaves a filter out.

    Attributes:
        raters: keys of two rater versions, GOLD for the gold labels: pairs on which these two differ.
        grades: one grade of each of these two, a cell of their confusion matrix.
        tag: of the query.
        system: a key: pairs this system has within the cutoff.
        against: a key of another system: influence is that on the difference of the two.
        state: of the item.
        is_sample: pairs that were drawn for a probability sample.
    """

    order: Order = "influence"
    raters: tuple[int, int] | None = None
    grades: tuple[int, int] | None = None
    tag: str = ""
    system: int | None = None
    against: int | None = None
    state: str = ""
    is_sample: bool = False


def chosen_items(queue: ReviewQueue, chosen: Chosen) -> QuerySet[ReviewItem]:
    """The items in their order, with `shown_gap` and `shown_influence` as the filters make them."""
    items = ReviewItem.objects.filter(queue=queue)
    if chosen.state:
        items = items.filter(state=chosen.state)
    if chosen.tag:
        items = items.filter(query__in=_tagged(queue, chosen.tag))
    if chosen.is_sample:
        items = items.exclude(inclusion_probability=None)
    items = _of_systems(_of_raters(items, chosen), chosen)
    return _ordered(items.annotate(shown_influence=_influence(chosen)), chosen.order)


def with_said(items: QuerySet[ReviewItem], raters: tuple[int, int]) -> QuerySet[ReviewItem]:
    """The items joined with what two graders said of them, as `first_said` and `second_said`.

    Joined and not looked up: what is filtered, shown and ordered by is then worked out once.
    """
    first, second = (
        FilteredRelation("machine_grades", condition=said_by(rater, "machine_grades__")) for rater in raters
    )
    return items.annotate(first_said=first, second_said=second)


def _of_raters(items: QuerySet[ReviewItem], chosen: Chosen) -> QuerySet[ReviewItem]:
    if chosen.raters is None:
        return items.annotate(shown_gap=F("gap"))
    both = with_said(items, chosen.raters)
    both = both.annotate(shown_gap=_distance(F("first_said__gain"), F("second_said__gain")))
    if chosen.grades is None:
        return both.filter(shown_gap__gt=0)
    first, second = chosen.grades
    return both.filter(Q(first_said__grade=first) & Q(second_said__grade=second))


def _of_systems(items: QuerySet[ReviewItem], chosen: Chosen) -> QuerySet[ReviewItem]:
    if chosen.system is None:
        return items.annotate(shown_swing=F("swing"))
    items = items.annotate(mine=_place(chosen.system))
    if chosen.against is None:
        return items.filter(mine__isnull=False).annotate(shown_swing=F("mine__weight"))
    items = items.annotate(theirs=_place(chosen.against))
    apart = _distance(Coalesce("mine__weight", 0.0), Coalesce("theirs__weight", 0.0))
    return items.annotate(shown_swing=apart).filter(shown_swing__gt=0)


def _influence(chosen: Chosen) -> Combinable:
    """How far settling the pair can move the figure, by who disagrees about it."""
    if chosen.raters is None and chosen.system is None:
        return F("influence")
    return F("shown_swing") * Coalesce(F("shown_gap"), F("uncertainty"), Value(0.0))


def _ordered(items: QuerySet[ReviewItem], order: Order) -> QuerySet[ReviewItem]:
    if order == "gap":
        return items.order_by(F("shown_gap").desc(nulls_last=True), "tie_break", "pk")
    if order == "query":
        return items.order_by("query__query_id", "tie_break", "pk")
    if order == "random":
        return items.order_by("tie_break", "pk")
    return items.order_by("-shown_influence", "tie_break", "pk")


def said_by(rater: int, of: str = "") -> Q:
    """Grades by a rater version, or the gold labels; `of` leads from a row to its grades."""
    return Q(**{f"{of}rater_version__isnull": True}) if rater == GOLD else Q(**{f"{of}rater_version": rater})


def _place(system: int) -> FilteredRelation:
    return FilteredRelation("places", condition=Q(places__system=system))


def _distance(first: Combinable, second: Combinable) -> Func:
    """Absolute; null where either is."""
    return Abs(first - second, output_field=FloatField())


def _tagged(queue: ReviewQueue, tag: str) -> QuerySet[Query, Any]:
    campaign = queue.campaign
    rows = collection_queries(campaign.collection, campaign.collection_version)
    return rows.filter(has_tag("tags", tag)).values("pk")
