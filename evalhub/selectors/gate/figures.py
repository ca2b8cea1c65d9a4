"""A measure of a system in one campaign, query by query."""

from dataclasses import dataclass

from evalhub.core.compare import SEED, Comparison, compare_paired
from evalhub.core.gate_needs import Pairs
from evalhub.core.pwas import ListScore
from evalhub.core.summary import Summary, summarise_lists, summarise_values
from evalhub.models import Campaign, QueryScore, Score
from evalhub.selectors.campaign_rows import CampaignRows
from evalhub.selectors.query_view.tags import has_tag

Asked = tuple[str, str]
"""A query by its id and its text: what two campaigns mean by the same query, be it in two collections."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Values by query, and for a rater's measure the counts and bounds of each list."""

    values: dict[Asked, float | None]
    lists: dict[Asked, ListScore]

    @property
    def summary(self) -> Summary:
        """The mean over these queries, as the score job takes it over all."""
        if self.lists:
            return summarise_lists(list(self.lists.values()), seed=SEED)
        return summarise_values(list(self.values.values()), seed=SEED)

    @property
    def pairs(self) -> Pairs | None:
        """How many pairs there are and how many have a grade; None for a measure on gold labels."""
        if not self.lists:
            return None
        lists = self.lists.values()
        return Pairs(sum(one.n_hits for one in lists), sum(one.n_rated for one in lists))


def score_of(rows: CampaignRows, system: str, measure: str) -> Score | None:
    """The measure of a system by the first rater, or on gold labels; None where there is none."""
    names = rows.system_names
    position = {row.rater_version_id: at for at, row in enumerate(rows.raters)}
    found = [score for score in rows.scores if score.measure == measure and names[score.system_id] == system]
    return min(found, key=lambda score: position.get(score.rater_version_id or 0, 0), default=None)


def figures_of(campaign: Campaign, score: Score, segment: str = "") -> Figures:
    """Read the queries behind a score, those with a tag where one is named."""
    rows = QueryScore.objects.filter(
        job=campaign.score_job_id,
        system=score.system_id,
        rater_version=score.rater_version_id,
        measure=score.measure,
    )
    if segment:
        rows = rows.filter(has_tag("query__tags", segment))
    figures = Figures({}, {})
    for row in rows.select_related("query").order_by("query__query_id", "pk"):
        asked = row.query.query_id, row.query.text
        figures.values[asked] = row.value
        if row.n_hits is not None and row.lower_bound is not None and row.upper_bound is not None:
            figures.lists[asked] = ListScore(
                row.value, row.lower_bound, row.upper_bound, row.n_hits, row.n_rated or 0
            )
    return figures


def compared(ours: Figures, theirs: Figures) -> Comparison:
    """Ours minus theirs over the queries of both."""
    shared = sorted(ours.values.keys() & theirs.values.keys())
    return compare_paired(
        [ours.values[query] for query in shared], [theirs.values[query] for query in shared], seed=SEED
    )


def unpaired(ours: Figures, theirs: Figures) -> str:
    """In words: which queries a comparison left out; empty where it left out none."""
    n_ours = len(ours.values.keys() - theirs.values.keys())
    n_theirs = len(theirs.values.keys() - ours.values.keys())
    if not n_ours + n_theirs:
        return ""
    n_shared = len(ours.values.keys() & theirs.values.keys())
    return (
        f"compared on the {n_shared:,} queries of both; left out: {n_ours:,} that only this campaign asked, "
        f"{n_theirs:,} that only the baseline asked"
    )


def worst_coverage(*figures: Figures) -> tuple[float | None, Pairs | None]:
    """The lowest share of graded pairs, and the pairs that it is of."""
    counted = [one.pairs for one in figures if one.pairs is not None and one.pairs.n]
    if not counted:
        return None, None
    lowest = min(counted, key=lambda pairs: pairs.n_rated / pairs.n)
    return lowest.n_rated / lowest.n, lowest
