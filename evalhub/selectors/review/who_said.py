"""Who said what of a pair: raters with their reasons, people, and what the label could change."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Substr

from evalhub.models import HumanGrade, ItemGrade, ItemPlace, Judgment, ReviewItem
from evalhub.selectors.panel_members import Grader
from evalhub.selectors.query_view.hits import SHOWN_CHARACTERS

GOLD_NAME = "gold labels"


@dataclass(frozen=True, slots=True)
class MachineGrade:
    """What a rater, or the gold labels of then, said; `rationale` is its beginning."""

    name: str
    grade: int
    gain: float
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Influence:
    """By how much settling a pair can move a figure: of the difference first - second, or of first alone."""

    first: str
    second: str
    most: float


@dataclass(frozen=True, slots=True)
class WhoSaid:
    """All that was said of a pair."""

    item: ReviewItem
    machine: Sequence[MachineGrade]
    people: Sequence[HumanGrade]
    influence: Influence | None

    @property
    def by_grade(self) -> list[tuple[int, list[MachineGrade]]]:
        """The raters by what they said, the best grade first."""
        grades = sorted({said.grade for said in self.machine}, reverse=True)
        return [(grade, [said for said in self.machine if said.grade == grade]) for grade in grades]

    @property
    def rationales(self) -> list[MachineGrade]:
        """The raters that gave one."""
        return [said for said in self.machine if said.rationale]


def who_said(item: ReviewItem, graders: Sequence[Grader]) -> WhoSaid:
    """Everything about one pair; `item` has its query, document and campaign read already."""
    people = HumanGrade.objects.filter(item=item, withdrawn_at=None).order_by("graded_at", "pk")
    machine = machine_grades([item], graders).get(item.pk, [])
    return WhoSaid(item, machine, list(people), pair_influence(item))


def machine_grades(items: Sequence[ReviewItem], graders: Sequence[Grader]) -> dict[int, list[MachineGrade]]:
    """By the keys of pairs, what raters said of them, in the order of the campaign's `graders`."""
    names = {grader.version.pk: grader.name for grader in graders}
    order = {key: at for at, key in enumerate(names)}
    rows = ItemGrade.objects.filter(item__in=items).annotate(rationale=_rationale())
    found: dict[int, list[MachineGrade]] = {item.pk: [] for item in items}
    for one in sorted(rows, key=lambda one: order.get(one.rater_version_id or 0, len(order))):
        key = one.rater_version_id
        name = GOLD_NAME if key is None else names.get(key, f"rater version {key}")
        said = MachineGrade(name, one.grade, one.gain, one.rationale or "")
        found[one.item_id].append(said)
    return found


def pair_influence(item: ReviewItem) -> Influence | None:
    """The two systems whose difference the pair moves most; None where it is in no list of theirs."""
    systems = dict(item.queue.campaign.campaign_systems.values_list("system_id", "system__name"))
    weights = dict.fromkeys(systems, 0.0)
    weights.update(ItemPlace.objects.filter(item=item).values_list("system_id", "weight"))
    order = sorted(weights, key=lambda key: -weights[key])
    if not order or weights[order[0]] == 0.0:
        return None
    names = {**dict.fromkeys(weights, ""), **systems}
    second = names[order[-1]] if len(order) > 1 else ""
    return Influence(names[order[0]], second, item.influence)


def _rationale() -> Subquery:
    judgments = Judgment.objects.filter(
        rater_version=OuterRef("rater_version"),
        query_digest=OuterRef("item__query__digest"),
        document_digest=OuterRef("item__document__digest"),
        repeat=0,
    )
    return Subquery(judgments.values(start=Substr("rationale", 1, SHOWN_CHARACTERS))[:1])
