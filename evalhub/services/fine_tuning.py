"""Ask for a rater to be trained from people's labels. Safe in the web process: nothing is trained here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from evalhub.core.digest import JsonValue
from evalhub.core.errors import UserError
from evalhub.models import FineTuning, Job, Workspace
from evalhub.selectors.labelled_pairs import GoldSource, labelled_pairs
from evalhub.services.jobs import JobRequest, job_request
from evalhub.services.statistics import statistics_ensure, statistics_request
from raters.fields import UnableToResolveRater
from raters.protocol import RateRequest
from raters.spec import RaterSpec, resolve_rater
from raters.tuning.parts import Labelled, Parts, UnableToTrain, counts, split_pairs, training_key
from raters.tuning.settings import TuneSettings, resolve_settings


class UnableToFineTune(UserError):
    """The labels can not teach a rater; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class FineTuneAsked:
    """What is to be trained.

    Attributes:
        described: name, kind, model and, if not the default, prompt and max_document_tokens, as in a spec;
            or the whole spec of the rater before training.
        sources: whose gold labels.
        settings: hyper-parameters, where not the kind's defaults.
        grades: what gold grades count as on the rubric's scale, where that is not their own number.
    """

    described: Mapping[str, object] | RaterSpec
    sources: Sequence[GoldSource]
    settings: Mapping[str, object] = field(default_factory=dict)
    grades: Mapping[int, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Of the rater; "" where it is not said."""
        described = self.described
        return described.kind if isinstance(described, RaterSpec) else str(described.get("kind") or "")

    def resolved(self) -> RaterSpec:
        """The whole spec.

        Raises:
            UnableToResolveRater: a field is wrong.
        """
        return self.described if isinstance(self.described, RaterSpec) else resolve_rater(self.described)


def fine_tuning_start(workspace: Workspace, asked: FineTuneAsked, *, now: datetime) -> FineTuning:
    """Ask for a training; an equal one is not done again, one that failed goes on.

    Raises:
        UnableToResolveRater: a field of the rater or a setting is wrong.
        UnableToFineTune: the labels can not teach this rater.
    """
    settings = _settings(asked)
    spec = asked.resolved()
    parts = _parts(asked, settings, spec.rubric.max_grade)
    with transaction.atomic():
        spec, requires = _with_statistics(workspace, spec, asked, now)
        tuning, _ = FineTuning.objects.get_or_create(
            workspace=workspace,
            digest=training_key(spec, settings, parts),
            defaults={
                "name": spec.name,
                "spec": spec.to_dict(),
                "settings": settings.to_dict(),
                "sources": {
                    "gold": [source.to_dict() for source in asked.sources],
                    "grades": {str(key): grade for key, grade in asked.grades.items()},
                },
                "counts": counts(parts),
            },
        )
        tuning.job = job_request(workspace, _job_of(tuning), requires, now=now)
        tuning.save(update_fields=["job"])
    return tuning


def _with_statistics(
    workspace: Workspace, spec: RaterSpec, asked: FineTuneAsked, now: datetime
) -> tuple[RaterSpec, list[Job]]:
    """A calibrated rater learns from, and for, one collection, whose statistics are collected first."""
    if spec.kind != "calibrated":
        return spec, []
    if len(asked.sources) > 1:
        raise UnableToFineTune(
            f"{len(asked.sources)} query collections; a calibrated rater learns from one at a time, for "
            "its corpus"
        )
    statistics = statistics_ensure(asked.sources[0].snapshot, spec.revision)
    request = statistics_request(statistics, model=spec.model, rater=spec.name)
    return spec.for_collection(statistics.digest), [job_request(workspace, request, [], now=now)]


def fine_tuning_parts(tuning: FineTuning) -> Parts:
    """The labels of a training as it was asked for.

    Raises:
        UnableToTrain: they are not what they were.
    """
    sources = [GoldSource.from_dict(stored) for stored in tuning.sources["gold"]]
    grades = {int(key): grade for key, grade in tuning.sources["grades"].items()}
    spec, settings = RaterSpec.from_dict(tuning.spec), TuneSettings(**tuning.settings)
    parts = split_pairs(labelled(sources, grades), settings, spec.rubric.max_grade)
    if training_key(spec, settings, parts) != tuning.digest:
        raise UnableToTrain("the labels or texts changed since the training was asked for; ask again")
    return parts


def labelled(sources: Iterable[GoldSource], grades: Mapping[int, int]) -> list[Labelled]:
    """All labels, their grades on the rubric's scale; below 0 counts as 0, as in reports."""
    return [
        Labelled(
            RateRequest(query=pair.query, need=pair.need, title=pair.title, text=pair.text),
            grades.get(pair.grade, max(pair.grade, 0)),
        )
        for source in sources
        for pair in labelled_pairs(source)
    ]


def _settings(asked: FineTuneAsked) -> TuneSettings:
    try:
        return resolve_settings(asked.kind, asked.settings)
    except UnableToResolveRater as error:
        if error.field == "kind":
            raise
        problem = str(error).partition(": ")[2]
        raise UnableToResolveRater(f"settings.{error.field}", problem) from error


def _parts(asked: FineTuneAsked, settings: TuneSettings, max_grade: int) -> Parts:
    pairs = labelled(asked.sources, asked.grades)
    names = ", ".join(f'"{source.collection.name}"' for source in asked.sources)
    if not pairs:
        raise UnableToFineTune(
            f"{names} has no gold label about these documents; import some: evalhub gold add"
        )
    highest = max(pair.grade for pair in pairs)
    if highest < max_grade and not asked.grades:
        # Silently, the best that people gave would be trained as something middling.
        raise UnableToFineTune(
            f"gold of {names} goes up to {highest} and the rubric to {max_grade}; choose a prompt of that "
            f"scale, or say what a grade counts as: --grade {highest}:{max_grade}"
        )
    try:
        return split_pairs(pairs, settings, max_grade)
    except UnableToTrain as error:
        raise UnableToFineTune(str(error)) from error


def _job_of(tuning: FineTuning) -> JobRequest:
    key: JsonValue = {"fine_tuning": tuning.digest}
    return JobRequest(
        kind=Job.Kind.FINE_TUNE,
        key=key,
        params={"fine_tuning": tuning.pk},
        label=tuning.name,
        queue="rate-local",
        item_word="pairs",
    )
