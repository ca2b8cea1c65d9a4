"""Labelled pairs in the three parts, split by query, and the guard that nothing leaks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evalhub.core.digest import JsonValue, content_digest, text_digest
from evalhub.core.split import Part, Shares, part_of
from raters.protocol import RateRequest
from raters.spec import RaterSpec
from raters.tuning.settings import TUNING_VERSION, TuneSettings

MIN_TRAIN_PAIRS = 8


class UnableToTrain(ValueError):
    """The labels can not teach a rater; the message says what is missing."""


class LeakedQuery(UnableToTrain):
    """One query is in two parts: the rater would be measured on what it learnt."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A pair as raters see it, and the grade a person gave it on the rubric's scale."""

    request: RateRequest
    grade: int


Parts = Mapping[Part, Sequence[Labelled]]


def split_pairs(pairs: Iterable[Labelled], settings: TuneSettings, max_grade: int) -> Parts:
    """Split by query text, check that nothing leaks and that there is something to learn.

    Pairs of equal texts are one; where people graded them differently the highest grade counts.

    Raises:
        UnableToTrain: a part is empty, a grade is off the scale, or training has one grade only.
    """
    grades: dict[RateRequest, int] = {}
    for pair in pairs:
        grades[pair.request] = max(pair.grade, grades.get(pair.request, pair.grade))
    shares = Shares(settings.train_share, settings.validation_share)
    parts: dict[Part, list[Labelled]] = {"train": [], "validation": [], "held-out": []}
    for request in sorted(grades, key=lambda one: (one.query, one.need, one.title, one.text)):
        part = part_of(request.query, seed=settings.seed, shares=shares)
        parts[part].append(Labelled(request, grades[request]))
    check_no_leak(parts)
    _check_enough(parts, max_grade)
    return parts


def check_no_leak(parts: Parts) -> None:
    """Refuse parts that share a query, case and spacing aside.

    Raises:
        LeakedQuery: there is one.
    """
    seen: dict[str, Part] = {}
    for part, pairs in parts.items():
        for pair in pairs:
            if (other := seen.setdefault(folded(pair.request.query), part)) != part:
                raise LeakedQuery(
                    f"the query {pair.request.query!r:.200} is in {other} and in {part}; split by query text"
                )


def query_digests(parts: Parts) -> list[str]:
    """Digests of the query texts of training and validation, as they came and folded, sorted."""
    texts = {pair.request.query for part in ("train", "validation") for pair in parts[part]}  # type: ignore[index]
    return sorted({text_digest(form) for text in texts for form in (text, folded(text))})


def data_digest(parts: Parts) -> str:
    """Digest everything that is learnt from, and to which part it belongs."""
    return content_digest(
        [
            [part, pair.request.query, pair.request.need, pair.request.title, pair.request.text, pair.grade]
            for part in ("train", "validation")
            for pair in parts[part]  # type: ignore[index]
        ]
    )


def training_key(spec: RaterSpec, settings: TuneSettings, parts: Parts) -> str:
    """Digest everything that changes the weights."""
    return content_digest([TUNING_VERSION, spec.digest, settings.to_dict(), data_digest(parts)])


def counts(parts: Parts) -> dict[str, dict[str, JsonValue]]:
    """Queries, pairs and grades of each part."""
    return {
        part: {
            "queries": len({folded(pair.request.query) for pair in pairs}),
            "pairs": len(pairs),
            "grades": {**dict(sorted(Counter(str(pair.grade) for pair in pairs).items()))},
        }
        for part, pairs in parts.items()
    }


def folded(query: str) -> str:
    """A query as `evalhub.core.split` reads it."""
    return " ".join(query.casefold().split())


def _check_enough(parts: Parts, max_grade: int) -> None:
    wrong = [pair for pairs in parts.values() for pair in pairs if not 0 <= pair.grade <= max_grade]
    if wrong:
        raise UnableToTrain(
            f"gold holds the grade {wrong[0].grade} (query {wrong[0].request.query!r:.80}) and the rubric "
            f"0..{max_grade}; choose a prompt of that scale, or say what it counts as: --grade "
            f"{wrong[0].grade}:{max_grade}"
        )
    n_queries = defaultdict(int, {part: len({p.request.query for p in ps}) for part, ps in parts.items()})
    found = ", ".join(f"{n_queries[part]} {part}" for part in parts)
    if not (n_queries["train"] and n_queries["validation"] and n_queries["held-out"]):
        raise UnableToTrain(
            f"every part needs labelled queries and the split gave {found}; label more queries, change the "
            "shares, or take another seed"
        )
    if len(parts["train"]) < MIN_TRAIN_PAIRS or len({pair.grade for pair in parts["train"]}) < 2:
        raise UnableToTrain(
            f"{len(parts['train'])} training pairs of {len({p.grade for p in parts['train']})} grades; "
            f"training needs at least {MIN_TRAIN_PAIRS} pairs and two grades"
        )
