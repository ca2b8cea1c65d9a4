"""Which queries of a campaign are shown, in which order: what an address says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar
from urllib.parse import urlencode

from evalhub.models import Campaign, CampaignRater, CampaignSystem, System
from evalhub.selectors.campaign_parts import campaign_raters
from evalhub.selectors.panel_members import independent_digests

MOST_CHARACTERS = 200  # of a search or a tag

Sort = Literal["query", "difference", "spread", "lowest", "coverage", "disagreement"]
SORTS: dict[Sort, str] = {
    "query": "query id",
    "difference": "largest difference of the two systems",
    "spread": "largest spread of all systems",
    "lowest": "lowest value",
    "coverage": "lowest coverage",
    "disagreement": "most rater disagreement",
}
Outcome = Literal["", "first", "tie", "second"]
OUTCOMES: dict[Outcome, str] = {
    "": "any",
    "first": "A better",
    "tie": "a tie",
    "second": "B better",
}
Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True)
class Scale:
    """Whose values are shown: a rater's, or those on gold labels where `rater_version_id` is None."""

    name: str
    measure: str
    rater_version_id: int | None
    max_grade: int | None


@dataclass(frozen=True, slots=True)
class QueryChoice:
    """Which queries, in which order.

    `first` and `second` are the systems that are compared, A and B; the same one where there is only one.
    """

    scale: Scale
    first: System
    second: System
    sort: Sort = "query"
    search: str = ""
    tag: str = ""
    outcome: Outcome = ""
    is_unrated: bool = False

    @property
    def is_filtered(self) -> bool:
        """Whether some queries are left out."""
        return bool(self.search or self.tag or self.outcome or self.is_unrated)

    @property
    def is_compared(self) -> bool:
        """Whether there are two systems to compare."""
        return self.first.pk != self.second.pk

    @property
    def address(self) -> str:
        """The same choice as the query string of an address."""
        given = {
            "rater": self.scale.name,
            "sort": self.sort,
            "a": str(self.first.pk),
            "b": str(self.second.pk),
            "q": self.search,
            "tag": self.tag,
            "outcome": self.outcome,
            "unrated": "1" if self.is_unrated else "",
        }
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class Choices:
    """All that a campaign offers to choose from, and what was chosen."""

    campaign: Campaign
    raters: Sequence[CampaignRater]
    scales: Sequence[Scale]
    entries: Sequence[CampaignSystem]
    chosen: QueryChoice

    @property
    def systems(self) -> list[System]:
        """The campaign's systems in their order."""
        return [row.system for row in self.entries]

    @property
    def disagreement_of(self) -> str:
        """What disagreement means here: "raters", or "entropy" where a single rater is all there is."""
        digests = independent_digests([row.rater_version for row in self.raters])
        return "raters" if len(digests) + bool(self.campaign.gold_version) > 1 else "entropy"


def query_choices(campaign: Campaign, given: Mapping[str, str]) -> Choices:
    """What an address asks for; what it does not know falls back to a default."""
    raters = campaign_raters(campaign)
    scales = campaign_scales(campaign, raters)
    entries = list(campaign.campaign_systems.select_related("system"))
    systems = [row.system for row in entries]
    first = _system(systems, given.get("a")) or systems[0]
    others = [system for system in systems if system.pk != first.pk]
    chosen = QueryChoice(
        scale=next((scale for scale in scales if scale.name == given.get("rater")), scales[0]),
        first=first,
        second=_system(others, given.get("b")) or (others[0] if others else first),
        sort=_word(SORTS, given.get("sort"), "query"),
        search=given.get("q", "").strip()[:MOST_CHARACTERS],
        tag=given.get("tag", "")[:MOST_CHARACTERS],
        outcome=_word(OUTCOMES, given.get("outcome"), ""),
        is_unrated=given.get("unrated") == "1",
    )
    return Choices(campaign, raters, scales, entries, chosen)


def campaign_scales(campaign: Campaign, raters: Sequence[CampaignRater]) -> list[Scale]:
    """The campaign's raters in order, then gold labels where it had any."""
    measure = f"PWAS@{campaign.cutoff}"
    scales = [Scale(row.name, measure, row.rater_version_id, row.rater_version.max_grade) for row in raters]
    if campaign.gold_version:
        scales.append(Scale("gold labels", f"nDCG@{campaign.cutoff}", None, None))
    return scales


def _system(systems: Sequence[System], key: str | None) -> System | None:
    return next((system for system in systems if str(system.pk) == key), None)


def _word(words: Mapping[Word, str], given: str | None, default: Word) -> Word:
    return next((word for word in words if word == given), default)
