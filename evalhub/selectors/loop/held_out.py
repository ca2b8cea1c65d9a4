"""A candidate and the version it would replace, on the same queries that neither learnt from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evalhub.core.agreement.figure import Figure, difference, estimate
from evalhub.core.trained_on import trained_on
from evalhub.models import QueryCollection, RaterVersion, Snapshot
from evalhub.selectors.documents import alive_in, snapshot_documents
from evalhub.selectors.rater_figures import figures_of
from evalhub.selectors.rater_pairs import Collected, collect
from evalhub.selectors.rater_references import PairDigests, QueryIds
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
        where = f"on the held-out queries: {_numbers(found)} {found['name']}"
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
    reference = _Labels.of(collection, snapshot, new)
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


def _numbers(found: Json) -> str:
    """A difference with its interval: two decimals, or three where an end would look like 0."""
    ends = (found["low"], found["high"])
    decimals = 3 if any(end and abs(end) < 0.005 for end in ends) else 2
    value, low, high = (f"{number:+z.{decimals}f}".replace("-", "−") for number in (found["value"], *ends))
    return f"{value} [{low}, {high}]"


@dataclass(frozen=True, slots=True)
class _Labels:
    """A reference that is read once for both versions; see `GoldReference`, whose grades these are."""

    name: str
    max_grade: int
    labels: Mapping[str, Sequence[tuple[str, int]]]
    documents: Mapping[str, str]

    @classmethod
    def of(cls, collection: QueryCollection, snapshot: Snapshot, new: RaterVersion) -> "_Labels":
        """Read the current labels about documents of the snapshot."""
        rows = collection.gold_labels.filter(alive_in(collection.gold_version))
        found = list(rows.values_list("query_id", "doc_id", "grade"))
        highest = max((grade for _, _, grade in found), default=0)
        if highest < 1:
            remedy = f"review pairs, or import some: evalhub gold add {collection.name} FILE"
            raise UnableToReport(f'"{collection.name}" has no gold label above 0; {remedy}')
        documents = snapshot_documents(snapshot).filter(doc_id__in=rows.values("doc_id"))
        labels: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for query_id, doc_id, grade in found:
            labels[query_id].append((doc_id, max(grade, 0)))
        # Who was trained here learnt the rubric's scale from these labels, whether they reach its end or not.
        is_trained = "sources" in new.spec.get("training", {})
        max_grade = max(highest, new.max_grade) if is_trained else highest
        return cls("gold", max_grade, labels, dict(documents.values_list("doc_id", "digest")))

    def grades(self, queries: QueryIds) -> dict[PairDigests, int]:
        """The grades of a batch of queries; of equal texts under several ids the highest."""
        found: dict[PairDigests, int] = {}
        for digest, ids in queries.items():
            for doc_id, grade in (label for query_id in ids for label in self.labels.get(query_id, ())):
                if doc_id in self.documents:
                    key = (digest, self.documents[doc_id])
                    found[key] = max(grade, found.get(key, 0))
        return found
