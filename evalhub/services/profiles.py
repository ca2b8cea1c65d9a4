"""Ask for the profile of a corpus. Safe in the web process: nothing is read but rows."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evalhub.core.digest import JsonValue, content_digest
from evalhub.models import CorpusProfile, EmbeddingModel, Job, QueryCollection, Snapshot, VectorSet, Workspace
from evalhub.services.jobs import JobRequest, job_request
from indexing.registry import REGISTERED, UnknownEmbeddingModel, resolve_encoder
from indexing.spec import EncoderSpec

# Raised when a change of the code changes figures of the same texts.
PROFILE_REVISION = 1
# An upload of no more documents is profiled by itself: a worker needs some seconds for it.
CHEAP_DOCUMENTS = 5_000


@dataclass(frozen=True, slots=True)
class ProfiledModel:
    """An embedding model whose tokens are to be counted."""

    name: str
    spec: EncoderSpec

    def to_dict(self) -> dict[str, JsonValue]:
        """Return JSON types."""
        spec: dict[str, JsonValue] = dict(self.spec.to_dict())
        return {"name": self.name, "spec": spec, "digest": self.spec.digest}


def profile_start(snapshot: Snapshot, collection: QueryCollection | None, *, now: datetime) -> CorpusProfile:
    """Ask for a profile by all models known here; an equal one is not made again, one that failed goes on.

    Args:
        collection: whose queries are held against the documents.
    """
    workspace = snapshot.corpus.workspace
    models = models_known(workspace)
    vectors = VectorSet.objects.filter(snapshot=snapshot, is_ready=True, n_vectors__gt=0).order_by("pk")
    key: dict[str, JsonValue] = {
        "snapshot": snapshot.pk,
        "models": [*sorted(model.spec.digest for model in models)],
        "vectors": list(vectors.values_list("pk", flat=True)),
        "collection": [collection.pk, collection.version, collection.gold_version] if collection else None,
        "revision": PROFILE_REVISION,
    }
    with transaction.atomic():
        profile, _ = CorpusProfile.objects.get_or_create(
            snapshot=snapshot,
            digest=content_digest(key),
            defaults={
                "collection": collection,
                "collection_version": collection.version if collection else 0,
                "gold_version": collection.gold_version if collection else 0,
            },
        )
        described: list[JsonValue] = [model.to_dict() for model in models]
        params: dict[str, JsonValue] = {**key, "profile": profile.pk, "models": described}
        profile.job = job_request(workspace, _request(profile, key, params), [], now=now)
        profile.save(update_fields=["job"])
    return profile


def profile_start_if_cheap(snapshot: Snapshot, *, now: datetime) -> CorpusProfile | None:
    """Ask for a profile without queries where it takes a worker but seconds."""
    return profile_start(snapshot, None, now=now) if snapshot.n_documents <= CHEAP_DOCUMENTS else None


def models_known(workspace: Workspace) -> list[ProfiledModel]:
    """The embedding models that campaigns used, then those that come with packages installed here."""
    rows = EmbeddingModel.objects.filter(workspace=workspace).order_by("pk")
    models = {row.digest: ProfiledModel(row.name, EncoderSpec.from_dict(row.spec)) for row in rows}
    for name in REGISTERED:
        try:
            spec = resolve_encoder(name)
        except UnknownEmbeddingModel:
            continue  # its package is not installed
        models.setdefault(spec.digest, ProfiledModel(name, spec))
    return list(models.values())


def _request(profile: CorpusProfile, key: JsonValue, params: dict[str, JsonValue]) -> JobRequest:
    return JobRequest(
        kind=Job.Kind.PROFILE,
        key=key,
        params=params,
        label=str(profile.snapshot),
        queue="embed",
        item_word="documents",
    )
