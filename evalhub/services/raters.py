"""Register raters and their immutable versions."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from evalhub.core.digest import content_digest
from evalhub.models import QueryCollection, Rater, RaterVersion, Snapshot, Workspace
from evalhub.selectors.collection_states import highest_label
from evalhub.selectors.rater_current import AllRetired, current_version, is_as_shipped
from evalhub.services.few_shot import taught
from evalhub.services.prices import priced
from evalhub.services.provider_keys import provider_key_check
from evalhub.services.statistics import statistics_ensure
from raters.fields import UnableToResolveRater
from raters.panel_spec import member_names, resolve_panel
from raters.spec import SHIPPED, RaterSpec, resolve_rater

Described = Mapping[str, Any]
"""A rater entry of a spec."""

NOBODY: Mapping[str, Described] = MappingProxyType({})
NO_GOLD = '"{}" has no gold label above 0; import some, such as queries.qrels'


def rater_check(
    workspace: Workspace, described: Described, beside: Mapping[str, Described] = NOBODY
) -> RaterSpec:
    """Resolve a rater entry of a spec, without writing anything.

    A name alone is the version that it means (see `current_version`), or the one that NAME@NUMBER says.

    Args:
        beside: the entries of the same spec by name, which a panel's members are looked for in first.

    Raises:
        UnableToResolveRater: a field is wrong or names something that can not be found here.
    """
    if described.get("kind") == "panel":
        return resolve_panel(described, _members_described(workspace, described, beside))
    if set(described) != {"name"} or is_as_shipped(workspace.pk, described["name"]):
        spec = resolve_rater({key: value for key, value in described.items() if key != "examples"})
        provider_key_check(workspace, spec)
        return priced(workspace, taught(workspace, spec, described.get("examples")), described)
    raters = Rater.objects.filter(workspace=workspace)
    found = _version_named(raters, described["name"])
    if found is None:
        names = [*SHIPPED, *raters.order_by("name").values_list("name", flat=True)[:10]]
        problem = f'no rater "{described["name"]}"; describe it by kind and model, or choose one of'
        raise UnableToResolveRater("name", f"{problem}: {', '.join(names)}")
    spec = RaterSpec.from_dict(found.spec)
    provider_key_check(workspace, spec)
    return spec


def panel_members(
    workspace: Workspace, described: Described, panel: RaterSpec, beside: Mapping[str, Described] = NOBODY
) -> dict[str, RaterSpec]:
    """The members of a panel, by the names given.

    Raises:
        UnableToResolveRater: a member can not be found.
    """
    if "members" in described:
        return _members_described(workspace, described, beside)
    # A panel called by its name: what it was made of then.
    versions = RaterVersion.objects.filter(workspace=workspace)
    return {
        name: RaterSpec.from_dict(versions.get(digest=digest).spec) for name, digest in panel.members.items()
    }


def _members_described(
    workspace: Workspace, described: Described, beside: Mapping[str, Described]
) -> dict[str, RaterSpec]:
    """Raters of the same spec, else registered ones."""
    members = {}
    for name in member_names(described):
        entry = beside.get(name, {"name": name})
        if entry.get("kind") == "panel":
            raise UnableToResolveRater("members", f'"{name}" is a panel itself; name its members instead')
        try:
            members[name] = rater_check(workspace, entry)
        except UnableToResolveRater as error:
            problem = str(error).partition(": ")[2] if error.field == "name" else f'"{name}": {error}'
            raise UnableToResolveRater("members", problem) from error
    return members


def members_of(panel: RaterVersion) -> list[RaterVersion]:
    """The versions whose judgments a panel's are made of."""
    digests = panel.spec["members"].values()
    return list(RaterVersion.objects.filter(workspace=panel.workspace_id, digest__in=digests).order_by("pk"))


def rater_version_register(
    workspace: Workspace,
    described: Described,
    collection: QueryCollection,
    snapshot: Snapshot,
    beside: Mapping[str, Described] = NOBODY,
) -> RaterVersion:
    """The version that a rater entry describes, made now if none is equal.

    A rater of kind gold grades texts by the labels of their ids in `collection` and `snapshot`: other
    labels, or other texts under these ids, are another version. A calibrated rater knows the corpus. The
    members of a panel are registered with it.

    Raises:
        UnableToResolveRater: a field is wrong or names something that can not be found here.
    """
    spec = rater_check(workspace, described, beside)
    if spec.kind == "panel":
        known = panel_members(workspace, described, spec, beside)
        members = {name: _register(workspace, one, collection, snapshot) for name, one in known.items()}
        spec = replace(spec, members={name: member.digest for name, member in members.items()})
    return _register(workspace, spec, collection, snapshot)


def _version_named(raters: QuerySet[Rater], name: str) -> RaterVersion | None:
    rater = raters.filter(name=name).first()
    try:
        found = current_version(rater) if rater else None
    except AllRetired as error:
        raise UnableToResolveRater("name", str(error)) from error
    base, _, number = name.rpartition("@")
    if found is None and base and number.isdecimal():
        versions = RaterVersion.objects.filter(rater__in=raters.filter(name=base))
        found = versions.filter(number=int(number[:9])).first()
    return found


def _register(
    workspace: Workspace, spec: RaterSpec, collection: QueryCollection, snapshot: Snapshot
) -> RaterVersion:
    if spec.kind == "gold":
        spec = replace(spec, revision=_gold_revision(collection, snapshot))
        known = _known(workspace, spec)
        return known or rater_version_ensure(workspace, spec, _highest_label(collection))
    if spec.kind == "calibrated":
        spec = spec.for_collection(statistics_ensure(snapshot, spec.revision).digest)
    return rater_version_ensure(workspace, spec, spec.rubric.max_grade)


def rater_version_ensure(workspace: Workspace, spec: RaterSpec, max_grade: int) -> RaterVersion:
    """The version of a complete spec, made now if none is equal."""
    if known := _known(workspace, spec):
        return known
    with transaction.atomic():
        # Again under the lock: the numbers of a rater's versions follow each other.
        if known := _known(workspace, spec):
            return known
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


def _known(workspace: Workspace, spec: RaterSpec) -> RaterVersion | None:
    rows = RaterVersion.objects.select_related("rater").filter(workspace=workspace, digest=spec.digest)
    known = rows.first()
    return _with_present_settings(known, spec) if known else None


def _gold_revision(collection: QueryCollection, snapshot: Snapshot) -> str:
    return content_digest([collection.gold_digest, collection.digest, snapshot.digest])


def _highest_label(collection: QueryCollection) -> int:
    highest = highest_label(collection)
    if highest < 1:
        raise UnableToResolveRater("kind", NO_GOLD.format(collection.name))
    return highest


def _with_present_settings(version: RaterVersion, spec: RaterSpec) -> RaterVersion:
    """Keys, prices, time limits and paths change no grade, so they follow the latest description."""
    if version.spec != spec.to_dict():
        version.spec = spec.to_dict()
        version.save(update_fields=["spec"])
    if version.rater.name != spec.name:
        Rater.objects.get_or_create(workspace_id=version.workspace_id, name=spec.name)
    return version
