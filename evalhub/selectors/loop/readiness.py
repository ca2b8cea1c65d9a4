"""Whether people's labels can teach the next version of a rater, and if not, what to label."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any, get_args

from django.db.models import Max

from evalhub.core.split import Part, Shares, folded, part_of
from evalhub.models import FineTuning, HumanGrade, QueryCollection, RaterVersion
from evalhub.selectors.documents import alive_in, collection_queries, snapshot_documents
from evalhub.selectors.labelled_pairs import GoldSource
from raters.calibrated.recalibrate import MIN_LABELS
from raters.spec import RaterSpec
from raters.tuning.parts import MIN_TRAIN_PAIRS
from raters.tuning.settings import KINDS, OF_SPLIT, TuneSettings, resolve_settings

PARTS: tuple[Part, ...] = get_args(Part)
PART_NAMES = {"train": "training", "validation": "validation", "held-out": "held-out"}
# Two, since an interval over a single query does not exist.
MIN_QUERIES = {"train": 1, "validation": 1, "held-out": 2}
SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Missing:
    """What a part of the split lacks, and queries of it that nobody has labelled."""

    part: str
    lacks: str
    queries: Sequence[str]

    @property
    def sentence(self) -> str:
        """In words."""
        such = f", such as {', '.join(f'“{text:.60}”' for text in self.queries)}" if self.queries else ""
        return f"{self.part}: {self.lacks}{such}"


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far the labels of a collection go.

    Attributes:
        settings: of the training before, where it was trained here.
        parts: queries, pairs and grades of each part of the split.
        missing: empty where it can be trained.
    """

    version: RaterVersion
    source: GoldSource
    settings: Mapping[str, Any]
    parts: Mapping[str, Any]
    missing: Sequence[Missing]

    @property
    def n_labels(self) -> int:
        """All labels about documents of the snapshot."""
        return sum(int(part["pairs"]) for part in self.parts.values())

    @property
    def is_trainable(self) -> bool:
        """Whether raters of this kind are trained here."""
        return self.version.kind in KINDS

    @property
    def is_ready(self) -> bool:
        """Whether a training can be asked for."""
        return self.is_trainable and not self.missing


def readiness(version: RaterVersion, source: GoldSource) -> Readiness:
    """How far the labels go towards the next version."""
    settings = _settings_of(version) if version.kind in KINDS else {}
    tuned = resolve_settings(version.kind, settings) if version.kind in KINDS else TuneSettings()
    labels = _Labels.of(source)
    found: dict[str, Any] = {part: labels.counts(part, tuned) for part in PARTS}
    missing = list(_missing(labels, found, version.kind, tuned))
    return Readiness(version, source, settings, found, missing)


def base_of(version: RaterVersion) -> RaterSpec:
    """What the next version starts from.

    A version that was trained here starts again from what it was trained from, by the same settings and so
    with the same split: held-out queries stay held out, and no label counts twice.
    """
    tuning = _training_of(version)
    return RaterSpec.from_dict(tuning.spec if tuning else version.spec)


def _settings_of(version: RaterVersion) -> Mapping[str, Any]:
    tuning = _training_of(version)
    names = OF_SPLIT if version.kind == "calibrated" else [one.name for one in fields(TuneSettings)]
    return {name: tuning.settings[name] for name in names} if tuning else {}


def _training_of(version: RaterVersion) -> FineTuning | None:
    if "sources" not in version.spec.get("training", {}):
        return None  # what is trained here says from which labels
    return FineTuning.objects.filter(version=version).order_by("pk").first()


def own_scale(collection: QueryCollection, max_grade: int) -> Mapping[int, int]:
    """What the highest label counts as: itself, where people were offered the rubric's scale.

    Labels that stop below the rubric are on a scale of their own, as far as anybody knows, unless the people
    who gave them could have given the highest grade and did not.
    """
    highest = collection.gold_labels.filter(removed_in=None).aggregate(grade=Max("grade"))["grade"]
    offered = HumanGrade.objects.filter(collection=collection, max_grade=max_grade, grade__isnull=False)
    return {highest: highest} if highest is not None and highest < max_grade and offered.exists() else {}


@dataclass(frozen=True, slots=True)
class _Labels:
    """The labels of a source about documents that are there, and the text of every query, by its id."""

    rows: Sequence[tuple[str, str, int]]
    texts: Mapping[str, str]

    @classmethod
    def of(cls, source: GoldSource) -> "_Labels":
        """Read them; no text of a document is read."""
        queries = collection_queries(source.collection, source.collection_version).order_by("pk")
        labels = source.collection.gold_labels.filter(
            alive_in(source.gold_version), doc_id__in=snapshot_documents(source.snapshot).values("doc_id")
        )
        texts = dict(queries.values_list("query_id", "text"))
        rows = labels.values_list("query_id", "doc_id", "grade")
        return cls([row for row in rows if row[0] in texts], texts)

    def counts(self, part: Part, settings: TuneSettings) -> dict[str, Any]:
        """Queries, pairs and grades of a part."""
        mine = [
            (self.texts[query], grade) for query, _, grade in self.rows if self._is_in(query, part, settings)
        ]
        return {
            "queries": len({folded(text) for text, _ in mine}),
            "pairs": len(mine),
            "grades": dict(sorted(Counter(str(max(grade, 0)) for _, grade in mine).items())),
        }

    def unlabelled(self, part: Part, settings: TuneSettings) -> list[str]:
        """The first queries of a part without a label."""
        labelled = {query for query, _, _ in self.rows}
        found = (
            query for query in self.texts if query not in labelled and self._is_in(query, part, settings)
        )
        return [self.texts[query] for query in islice(found, SUGGESTED)]

    def _is_in(self, query: str, part: Part, settings: TuneSettings) -> bool:
        shares = Shares(settings.train_share, settings.validation_share)
        return part_of(self.texts[query], seed=settings.seed, shares=shares) == part


def _missing(
    labels: _Labels, parts: Mapping[str, Any], kind: str, settings: TuneSettings
) -> Iterator[Missing]:
    least = MIN_LABELS if kind == "calibrated" else MIN_TRAIN_PAIRS
    for part in PARTS:
        lacks = _lacks(parts[part], MIN_QUERIES[part], least if part == "train" else 0)
        if lacks:
            yield Missing(PART_NAMES[part], lacks, labels.unlabelled(part, settings))


def _lacks(part: Mapping[str, Any], min_queries: int, min_pairs: int) -> str:
    if (more := min_queries - int(part["queries"])) > 0:
        return f"label pairs of {more} more {'query' if more == 1 else 'queries'}"
    if (more := min_pairs - int(part["pairs"])) > 0:
        return f"{more} more {'label' if more == 1 else 'labels'}"
    if len(part["grades"]) < 2:
        return f"all labels are of grade {next(iter(part['grades']), '–')}; label pairs of another grade"
    return ""
