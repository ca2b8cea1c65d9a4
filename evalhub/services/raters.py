"""Register raters and their immutable versions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Max

from evalhub.core.digest import content_digest
from evalhub.models import QueryCollection, Rater, RaterVersion, Snapshot, Workspace
from evalhub.services.prices import priced
from evalhub.services.provider_keys import provider_key_check
from evalhub.services.statistics import statistics_ensure
from raters.fields import UnableToResolveRater
from raters.spec import SHIPPED, RaterSpec, resolve_rater

NO_GOLD = '"{}" has no gold label above 0; import some, such as queries.qrels'


def rater_check(workspace: Workspace, described: Mapping[str, Any]) -> RaterSpec:
    """Resolve a rater entry of a spec, without writing anything; a name alone is the newest of that name.

    Raises:
        UnableToResolveRater: a field is wrong or names something that can not be found here.
    """
    if set(described) != {"name"} or described["name"] in SHIPPED:
        spec = resolve_rater(described)
        provider_key_check(workspace, spec)
        return priced(workspace, spec, described)
    raters = Rater.objects.filter(workspace=workspace)
    versions = RaterVersion.objects.filter(rater__in=raters.filter(name=described["name"]))
    newest = versions.order_by("-number").first()
    if newest is None:
        names = [*SHIPPED, *raters.order_by("name").values_list("name", flat=True)[:10]]
        problem = f'no rater "{described["name"]}"; describe it by kind and model, or choose one of'
        raise UnableToResolveRater("name", f"{problem}: {', '.join(names)}")
    spec = RaterSpec.from_dict(newest.spec)
    provider_key_check(workspace, spec)
    return spec


def rater_version_register(
    workspace: Workspace, described: Mapping[str, Any], collection: QueryCollection, snapshot: Snapshot
) -> RaterVersion:
    """The version that a rater entry describes, made now if none is equal.

    A rater of kind gold grades texts by the labels of their ids in `collection` and `snapshot`: other
    labels, or other texts under these ids, are another version. A calibrated rater knows the corpus.

    Raises:
        UnableToResolveRater: a field is wrong or names something that can not be found here.
    """
    spec = rater_check(workspace, described)
    max_grade = spec.rubric.max_grade
    if spec.kind == "gold":
        spec = replace(spec, revision=_gold_revision(collection, snapshot))
        max_grade = _highest_label(collection)
    if spec.kind == "calibrated":
        spec = spec.for_collection(statistics_ensure(snapshot, spec.revision).digest)
    with transaction.atomic():
        existing = RaterVersion.objects.filter(workspace=workspace, digest=spec.digest).first()
        if existing:
            return _with_present_settings(existing, spec)
        rater, _ = Rater.objects.get_or_create(workspace=workspace, name=spec.name)
        newest = rater.versions.aggregate(number=Max("number"))["number"] or 0
        return RaterVersion.objects.create(
            workspace=workspace,
            rater=rater,
            number=newest + 1,
            kind=spec.kind,
            model=spec.model,
            max_grade=max_grade,
            spec=spec.to_dict(),
            digest=spec.digest,
        )


def _gold_revision(collection: QueryCollection, snapshot: Snapshot) -> str:
    return content_digest([collection.gold_digest, collection.digest, snapshot.digest])


def _highest_label(collection: QueryCollection) -> int:
    highest = collection.gold_labels.filter(removed_in=None).aggregate(grade=Max("grade"))["grade"]
    if not highest or highest < 1:
        raise UnableToResolveRater("kind", NO_GOLD.format(collection.name))
    return int(highest)


def _with_present_settings(version: RaterVersion, spec: RaterSpec) -> RaterVersion:
    """Keys, prices, time limits and paths change no grade, so they follow the latest description."""
    if version.spec != spec.to_dict():
        version.spec = spec.to_dict()
        version.save(update_fields=["spec"])
    Rater.objects.get_or_create(workspace=version.workspace, name=spec.name)
    return version
