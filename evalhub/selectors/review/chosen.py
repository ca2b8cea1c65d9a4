"""The pairs of a review queue that fit some filters, in an order: what lists, screens and REST all read."""

from dataclasses import dataclass
from typing import Literal, get_args

from django.db.models import F, FloatField, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Coalesce

from evalhub.models import ItemGrade, ItemPlace, Query, ReviewItem, ReviewQueue
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


def _of_raters(items: QuerySet[ReviewItem], chosen: Chosen) -> QuerySet[ReviewItem]:
    if chosen.raters is None:
        return items.annotate(shown_gap=F("gap"))
    both = items.annotate(
        first_gain=_said(chosen.raters[0], "gain"), second_gain=_said(chosen.raters[1], "gain")
    )
    both = both.annotate(shown_gap=_distance(F("first_gain"), F("second_gain")))
    if chosen.grades is None:
        return both.filter(shown_gap__gt=0)
    first, second = (
        ItemGrade.objects.filter(said_by(rater), grade=grade).values("item")
        for rater, grade in zip(chosen.raters, chosen.grades, strict=True)
    )
    return both.filter(pk__in=first).filter(pk__in=second)


def _of_systems(items: QuerySet[ReviewItem], chosen: Chosen) -> QuerySet[ReviewItem]:
    if chosen.system is None:
        return items.annotate(shown_swing=F("swing"))
    if chosen.against is None:
        mine = items.filter(places__system=chosen.system)
        return mine.annotate(shown_swing=_weight(chosen.system))
    apart = _distance(_weight(chosen.system), _weight(chosen.against))
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


def _said(rater: int, field: str) -> Subquery:
    return Subquery(ItemGrade.objects.filter(said_by(rater), item=OuterRef("pk")).values(field)[:1])


def _weight(system: int) -> Combinable:
    places = ItemPlace.objects.filter(item=OuterRef("pk"), system=system).values("weight")[:1]
    return Coalesce(Subquery(places), Value(0.0), output_field=FloatField())


def _distance(first: Combinable, second: Combinable) -> Func:
    """Absolute; null where either is."""
    return Abs(first - second, output_field=FloatField())


def _tagged(queue: ReviewQueue, tag: str) -> QuerySet[Query, dict[str, int]]:
    campaign = queue.campaign
    rows = collection_queries(campaign.collection, campaign.collection_version)
    return rows.filter(has_tag("tags", tag)).values("pk")
