"""The profile of a corpus as its page, REST and the command line give it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from evalhub.models import Corpus, CorpusProfile, QueryCollection, Snapshot
from evalhub.selectors.inputs.profile_warnings import card_of_stored, profile_warnings
from evalhub.selectors.progress import JobProgress, job_progress

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProfileState:
    """A profile and how far it is; parts are there as soon as each was computed."""

    profile: CorpusProfile
    job: JobProgress
    texts: Json | None
    tokens: Sequence[Json]
    similar: Sequence[Json]
    overlap: Json | None

    @property
    def warnings(self) -> list[str]:
        """What to know before choosing a model."""
        return profile_warnings(self.texts, self.tokens, self.overlap)

    def to_dict(self) -> Json:
        """Return JSON types."""
        profile = self.profile
        return {
            "id": profile.pk,
            "corpus": profile.snapshot.corpus.name,
            "snapshot": profile.snapshot.number,
            "queries": profile.collection.name if profile.collection else None,
            "created_at": profile.created_at,
            "job": self.job,
            "warnings": self.warnings,
            "texts": self.texts,
            "tokens": list(self.tokens),
            "similar": list(self.similar),
            "overlap": self.overlap,
        }


def profiles_of(corpus: Corpus) -> QuerySet[CorpusProfile]:
    """The profiles of a corpus that were asked for, newest first."""
    rows = CorpusProfile.objects.filter(snapshot__corpus=corpus).exclude(job=None)
    return rows.select_related("snapshot__corpus", "collection", "job").order_by("-pk")


def latest_profile(
    corpus: Corpus, snapshot: Snapshot | None = None, collection: QueryCollection | None = None
) -> CorpusProfile | None:
    """The newest profile of a corpus, or of one of its snapshots or with some queries."""
    rows = profiles_of(corpus)
    if snapshot is not None:
        rows = rows.filter(snapshot=snapshot)
    if collection is not None:
        rows = rows.filter(collection=collection)
    return rows.first()


@dataclass(frozen=True, slots=True)
class ProfileParts:
    """The figures of a profile, by subject."""

    texts: Json | None
    tokens: Sequence[Json]
    similar: Sequence[Json]
    overlap: Json | None


def profile_state(profile: CorpusProfile, *, now: datetime) -> ProfileState:
    """What is known so far."""
    if profile.job is None:
        raise CorpusProfile.DoesNotExist("it was never asked for")
    parts = profile_parts(profile)
    return ProfileState(
        profile=profile,
        job=job_progress(profile.job.pk, now=now),
        texts=parts.texts,
        tokens=parts.tokens,
        similar=parts.similar,
        overlap=parts.overlap,
    )


def profile_parts(profile: CorpusProfile) -> ProfileParts:
    """The figures that are there so far."""
    parts: dict[str, list[Json]] = {}
    if profile.job is None:
        raise CorpusProfile.DoesNotExist("it was never asked for")
    specs = {model["digest"]: model["spec"] for model in profile.job.params["models"]}
    for part in profile.parts.order_by("pk"):
        figures = dict(part.figures)
        if part.name == "tokens":
            languages = card_of_stored(specs[part.subject]).get("languages")
            figures["languages"] = list(languages) if languages else None
        parts.setdefault(part.name, []).append(figures)
    return ProfileParts(
        texts=next(iter(parts.get("texts", [])), None),
        tokens=sorted(parts.get("tokens", []), key=lambda part: part["name"]),
        similar=sorted(parts.get("similar", []), key=lambda part: part["name"]),
        overlap=next(iter(parts.get("overlap", [])), None),
    )
