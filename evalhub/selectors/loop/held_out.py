"""A candidate and the version it would replace, on the same queries that neither learnt from."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Max

from evalhub.core.agreement.figure import Figure, difference, estimate
from evalhub.core.trained_on import trained_on
from evalhub.models import FineTuning, QueryCollection, RaterVersion, Snapshot
from evalhub.selectors.rater_figures import figures_of
from evalhub.selectors.rater_pairs import Collected, collect
from evalhub.selectors.rater_references import GoldReference
from evalhub.selectors.rater_report import SEED, UnableToReport

Json = dict[str, Any]
# The first that both scales allow decides the verdict. Of a bias less is better, whatever its sign.
SHOWN = {
    "kappa_quadratic": "kappa, quadratic",
    "kappa": "kappa, plain",
    "alpha_ordinal": "Krippendorff’s alpha, ordinal",
    "accuracy": "accuracy",
    "bias_gains": "bias of gains",
}
DECIDES = ("kappa_quadratic", "alpha_ordinal")


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Both versions on the pairs that both graded and neither learnt from.

    Attributes:
        figures: by name, {new, old, difference}, each {value, low, high, n_pairs, n_queries}.
        n_left_out: queries that taught one of them.
    """

    old: RaterVersion
    new: RaterVersion
    n_pairs: int
    n_queries: int
    n_left_out: int
    figures: Mapping[str, Json]

    @property
    def verdict(self) -> str:
        """better, worse, tie or undefined, by the interval of the paired difference."""
        found = self._decisive
        if found is None or found["low"] is None or found["high"] is None:
            return "undefined"
        if found["low"] > 0.0:
            return "better"
        return "worse" if found["high"] < 0.0 else "tie"

    @property
    def sentence(self) -> str:
        """The verdict in words, with its numbers."""
        found = self._decisive
        if not self.n_pairs:
            return "Nothing to compare: no label of a held-out query is about a pair that both graded."
        if found is None or found["value"] is None:
            return "Nothing to compare: the labels of the held-out queries are all alike; label more."
        if found["low"] is None:
            return "Nothing to tell from a single held-out query; label more queries."
        numbers = f"{found['value']:+.2f} [{found['low']:+.2f}, {found['high']:+.2f}] {found['name']}"
        where = f"on the held-out queries: {numbers}"
        if self.verdict == "tie":
            return f"No difference shown {where}. Label more to tell."
        return f"{self.verdict.capitalize()} {where}."

    @property
    def _decisive(self) -> Json | None:
        for name in DECIDES:
            if name in self.figures:
                return {**self.figures[name]["difference"], "name": SHOWN[name]}
        return None

    def to_dict(self) -> Json:
        """Return what REST and the CLI show."""
        return {
            "old": f"{self.old.rater.name}@{self.old.number}",
            "new": f"{self.new.rater.name}@{self.new.number}",
            "n_pairs": self.n_pairs,
            "n_queries": self.n_queries,
            "n_queries_left_out": self.n_left_out,
            "verdict": self.verdict,
            "sentence": self.sentence,
            "figures": dict(self.figures),
        }


def held_out(
    old: RaterVersion, new: RaterVersion, collection: QueryCollection, snapshot: Snapshot, *, seed: int = SEED
) -> HeldOut:
    """Compare two versions by the labels of a collection, paired by query.

    Raises:
        UnableToReport: there are no labels.
        UnreadableManifest: one was trained, and it is not known on which queries.
    """
    reference = GoldReference(collection, snapshot, _gold_max(collection, new))
    trained = trained_on(old.spec) | trained_on(new.spec)
    ours, theirs = (collect(version, collection, reference, trained) for version in (new, old))
    place_of = {key: place for place, key in enumerate(theirs.keys)}
    shared = [place for place, key in enumerate(ours.keys) if key in place_of]
    their_places = [place_of[ours.keys[place]] for place in shared]
    first = _figures(ours, new, reference.max_grade, shared)
    second = _figures(theirs, old, reference.max_grade, their_places)
    return HeldOut(
        old=old,
        new=new,
        n_pairs=len(shared),
        n_queries=len(set(ours.graded(new.max_grade, reference.max_grade, shared).query_ids))
        if shared
        else 0,
        n_left_out=ours.n_trained_queries,
        figures={
            name: {
                "new": asdict(estimate(figure, seed=seed)),
                "old": asdict(estimate(second[name], seed=seed)),
                "difference": asdict(difference(figure, second[name], seed=seed)),
            }
            for name, figure in first.items()
            if name in second
        },
    )


def _figures(found: Collected, version: RaterVersion, gold_max: int, places: list[int]) -> dict[str, Figure]:
    if not places:
        return {}
    figures = figures_of(found, version.max_grade, gold_max, (), places)
    return {name: figures[name] for name in SHOWN if name in figures}


def _gold_max(collection: QueryCollection, new: RaterVersion) -> int:
    """G of the labels: the rubric's where a rater of that rubric was trained from them, else the highest."""
    labels = collection.gold_labels.filter(removed_in=None)
    highest = labels.aggregate(grade=Max("grade"))["grade"]
    if not highest or highest < 1:
        name = collection.name
        raise UnableToReport(f'"{name}" has no gold label above 0; import some: evalhub gold add {name} FILE')
    is_trained = FineTuning.objects.filter(version=new).exists()
    return max(int(highest), new.max_grade) if is_trained else int(highest)
