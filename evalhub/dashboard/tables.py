"""The result JSON, arranged as the page of a campaign shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from evalhub.dashboard.pairs import Json, Pairs
from evalhub.dashboard.plots import IntervalPlot, interval_plot
from evalhub.dashboard.sentences import Scores, agreement_sentence, coverage_sentence, leader_sentence

COMPARED_GOLD = "nDCG"


@dataclass(frozen=True, slots=True)
class SystemRow:
    """A system's line: the places it may hold, its score, and a cell per gold measure."""

    name: str
    rank: str
    score: Json
    gold: Sequence[Json | None]


@dataclass(frozen=True, slots=True)
class RaterTable:
    """What one rater found: sentences, a plot, systems from best to worst, and their differences."""

    rater: str
    measure: str
    gold_names: Sequence[str]
    rows: Sequence[SystemRow]
    plot: IntervalPlot | None
    comparisons: Sequence[Json]
    says: SafeString
    coverage: SafeString | None
    agreement: SafeString | None


def rater_tables(results: Json, coverage_floor: float) -> list[RaterTable]:
    """A table per rater that has scores, in the campaign's order."""
    raters = dict.fromkeys(row["rater"] for row in results["systems"] if row["measures"])
    return [_table(results, rater, coverage_floor) for rater in raters]


def gold_comparisons(results: Json) -> list[Json]:
    """The differences on gold labels."""
    return [row for row in results["comparisons"] if row["measure"].startswith(COMPARED_GOLD)]


def system_profiles(results: Json) -> list[Json]:
    """Name, size and speed of each system once, under names that templates can read."""
    profiles = {row["name"]: row["profile"] for row in results["systems"]}
    return [
        {"name": name, **profile, "ann_recall": profile.get("ann_recall@10")}
        for name, profile in profiles.items()
    ]


def _table(results: Json, rater: str, coverage_floor: float) -> RaterTable:
    systems = [row for row in results["systems"] if row["rater"] == rater]
    measure = next(iter(systems[0]["measures"]))
    scores = sorted(((row["name"], row["measures"][measure]) for row in systems), key=_best_first)
    comparisons = [r for r in results["comparisons"] if (r["rater"], r["measure"]) == (rater, measure)]
    pairs = Pairs(comparisons)
    gold = {row["name"]: row["gold_measures"] for row in systems}
    gold_names = list(dict.fromkeys(name for measures in gold.values() for name in measures))
    valued = [name for name, score in scores if score["value"] is not None]
    return RaterTable(
        rater=rater,
        measure=measure,
        gold_names=gold_names,
        rows=[
            SystemRow(
                name,
                pairs.rank(name, valued) if name in valued else "",
                score,
                [gold[name].get(gold_name) for gold_name in gold_names],
            )
            for name, score in scores
        ],
        plot=interval_plot(scores, pairs),
        comparisons=comparisons,
        says=leader_sentence(scores, pairs),
        coverage=coverage_sentence(scores, coverage_floor),
        agreement=_agreement(results, rater, scores, pairs),
    )


def _agreement(results: Json, rater: str, scores: Scores, pairs: Pairs) -> SafeString | None:
    differences = gold_comparisons(results)
    if not differences:
        return None
    names = [name for name, _ in scores]
    return agreement_sentence(rater, differences[0]["measure"], names, pairs, Pairs(differences))


def _best_first(item: tuple[str, Json]) -> float:
    value = item[1]["value"]
    return float("inf") if value is None else -value
