"""Whether people's labels can teach the next version of a rater, and if not, what to label."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from django.db.models import Max

from evalhub.core.split import Part, Shares, folded, part_of
from evalhub.models import FineTuning, HumanGrade, QueryCollection, RaterVersion
from evalhub.selectors.documents import alive_in, collection_queries, snapshot_documents
from evalhub.selectors.labelled_pairs import GoldSource
from raters.calibrated.recalibrate import MIN_LABELS
from raters.spec import RaterSpec
from raters.tuning.parts import MIN_TRAIN_PAIRS
from raters.tuning.settings import KINDS, TuneSettings, resolve_settings

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
        base: the rater before training; None for a kind that is not trained here.
        parts: queries, pairs and grades of each part of the split.
        missing: empty where it can be trained.
    """

    version: RaterVersion
    source: GoldSource
    base: RaterSpec | None
    settings: Mapping[str, Any]
    parts: Mapping[str, Any]
    missing: Sequence[Missing]

    @property
    def n_labels(self) -> int:
        """All labels about documents of the snapshot."""
        return sum(int(part["pairs"]) for part in self.parts.values())

    @property
    def is_ready(self) -> bool:
        """Whether a training can be asked for."""
        return self.base is not None and not self.missing


def readiness(version: RaterVersion, source: GoldSource) -> Readiness:
    """How far the labels go towards the next version."""
    base, settings = base_of(version)
    tuned = resolve_settings(base.kind, settings) if base else TuneSettings()
    found = _counts(source, tuned)
    missing = list(_missing(found, version.kind, source, tuned))
    return Readiness(version, source, base, settings, found, missing)


def base_of(version: RaterVersion) -> tuple[RaterSpec | None, Mapping[str, Any]]:
    """What the next version starts from, and by which settings.

    A version that was trained here starts again from what it was trained from, by the same settings and so
    with the same split: held-out queries stay held out, and no label counts twice.
    """
    if version.kind not in KINDS:
        return None, {}
    tuning = FineTuning.objects.filter(version=version).order_by("pk").first()
    stored = RaterSpec.from_dict(tuning.spec if tuning else version.spec)
    names = ("seed", "train_share", "validation_share") if version.kind == "calibrated" else None
    settings = (
        {key: value for key, value in tuning.settings.items() if not names or key in names} if tuning else {}
    )
    return stored, settings


def own_scale(collection: QueryCollection, max_grade: int) -> Mapping[int, int]:
    """What the highest label counts as: itself, where people were offered the rubric's scale.

    Labels that stop below the rubric are on a scale of their own, as far as anybody knows, unless the people
    who gave them could have given the highest grade and did not.
    """
    highest = collection.gold_labels.filter(removed_in=None).aggregate(grade=Max("grade"))["grade"]
    offered = HumanGrade.objects.filter(collection=collection, max_grade=max_grade, grade__isnull=False)
    return {highest: highest} if highest is not None and highest < max_grade and offered.exists() else {}


def _counts(source: GoldSource, settings: TuneSettings) -> dict[str, Any]:
    """Queries, pairs and grades of each part; no text of a document is read."""
    shares = Shares(settings.train_share, settings.validation_share)
    texts = dict(
        collection_queries(source.collection, source.collection_version).values_list("query_id", "text")
    )
    labels = source.collection.gold_labels.filter(alive_in(source.gold_version))
    there = set(
        snapshot_documents(source.snapshot)
        .filter(doc_id__in=labels.values("doc_id"))
        .values_list("doc_id", flat=True)
    )
    rows: dict[Part, list[tuple[str, int]]] = {part: [] for part in PARTS}
    for query_id, doc_id, grade in labels.values_list("query_id", "doc_id", "grade"):
        if query_id in texts and doc_id in there:
            part = part_of(texts[query_id], seed=settings.seed, shares=shares)
            rows[part].append((folded(texts[query_id]), max(grade, 0)))
    return {
        part: {
            "queries": len({query for query, _ in found}),
            "pairs": len(found),
            "grades": dict(sorted(Counter(str(grade) for _, grade in found).items())),
        }
        for part, found in rows.items()
    }


def _missing(
    parts: Mapping[str, Any], kind: str, source: GoldSource, settings: TuneSettings
) -> Iterator[Missing]:
    least = MIN_LABELS if kind == "calibrated" else MIN_TRAIN_PAIRS
    for part in PARTS:
        lacks = _lacks(parts[part], MIN_QUERIES[part], least if part == "train" else 0)
        if lacks:
            yield Missing(PART_NAMES[part], lacks, _unlabelled(part, source, settings))


def _lacks(part: Mapping[str, Any], min_queries: int, min_pairs: int) -> str:
    if (more := min_queries - int(part["queries"])) > 0:
        return f"label pairs of {more} more {'query' if more == 1 else 'queries'}"
    if (more := min_pairs - int(part["pairs"])) > 0:
        return f"{more} more {'label' if more == 1 else 'labels'}"
    if len(part["grades"]) < 2:
        return f"all labels are of grade {next(iter(part['grades']), '–')}; label pairs of another grade"
    return ""


def _unlabelled(part: Part, source: GoldSource, settings: TuneSettings) -> list[str]:
    """Queries of a part without a label."""
    labels = source.collection.gold_labels.filter(removed_in=None).values("query_id")
    rows = collection_queries(source.collection, source.collection_version).exclude(query_id__in=labels)
    shares = Shares(settings.train_share, settings.validation_share)
    found: list[str] = []
    for text in rows.order_by("pk").values_list("text", flat=True)[:1000]:
        if part_of(text, seed=settings.seed, shares=shares) == part and folded(text):
            found.append(text)
        if len(found) == SUGGESTED:
            break
    return found
