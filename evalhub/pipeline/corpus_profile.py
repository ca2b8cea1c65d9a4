"""Profile a corpus: one unit per part, each stored as it is done and taken over by later profiles."""

from collections.abc import Iterable
from typing import Any

from evalhub.models import CorpusProfile, Job, ProfilePart, WorkUnit
from evalhub.pipeline.kind import Progress, UnitPlan
from evalhub.pipeline.profile_parts import PARTS
from evalhub.pipeline.profile_parts.overlap import overlap_subject
from evalhub.services.profiles import PROFILE_REVISION


def plan(job: Job) -> Iterable[UnitPlan]:
    """One unit of texts, one per model for tokens, one per vector set, one of the queries."""
    profile = _profile(job)
    n_documents = profile.snapshot.n_documents
    yield UnitPlan({"part": "texts", "subject": ""}, n_documents)
    for model in job.params["models"]:
        yield UnitPlan({"part": "tokens", "subject": model["digest"]}, n_documents)
    for vector_set in job.params["vectors"]:
        yield UnitPlan({"part": "similar", "subject": str(vector_set)}, n_documents)
    if profile.collection is not None:
        yield UnitPlan({"part": "overlap", "subject": overlap_subject(profile)}, n_documents)


def run(job: Job, unit: WorkUnit, progress: Progress) -> None:
    """Compute a part, unless a profile of the same snapshot has it."""
    profile, payload = _profile(job), unit.payload
    name, subject = payload["part"], payload["subject"]
    figures = _known(profile, name, subject)
    if figures is None:
        figures = PARTS[name](profile, job.params, subject, progress)
    ProfilePart.objects.update_or_create(
        profile=profile,
        name=name,
        subject=subject,
        defaults={"figures": {**figures, "revision": PROFILE_REVISION}},
    )


def complete(job: Job) -> None:
    """Nothing: parts are shown as they come."""


def _known(profile: CorpusProfile, name: str, subject: str) -> dict[str, Any] | None:
    rows = ProfilePart.objects.filter(profile__snapshot=profile.snapshot_id, name=name, subject=subject)
    found = rows.exclude(profile=profile).order_by("-pk").first()
    is_valid = found is not None and found.figures.get("revision") == PROFILE_REVISION
    # What was missing then, such as a tokenizer, may be there now.
    return dict(found.figures) if found and is_valid and "unavailable" not in found.figures else None


def _profile(job: Job) -> CorpusProfile:
    rows = CorpusProfile.objects.select_related("snapshot__corpus", "collection")
    return rows.get(pk=job.params["profile"])
