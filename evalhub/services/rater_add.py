"""Register a rater version without a campaign, such as one with another rubric, to preview it first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from evalhub.models import Rater, RaterVersion, Snapshot, Workspace
from evalhub.services.rater_lifecycle import meaning_of, rater_pin
from evalhub.services.raters import rater_check, rater_version_ensure
from evalhub.services.statistics import statistics_ensure
from raters.fields import UnableToResolveRater

NOT_ALONE = {
    "gold": "people's labels belong to a collection; a campaign registers this rater",
    "panel": "a panel is registered by the campaign that names its members",
}


@dataclass(frozen=True, slots=True)
class Added:
    """The version; whether it was made now; what its rater's bare name means."""

    version: RaterVersion
    is_new: bool
    meant: RaterVersion | None


def rater_add(
    workspace: Workspace,
    described: Mapping[str, Any],
    *,
    snapshot: Snapshot | None,
    user: User | None,
    now: datetime,
) -> Added:
    """Register what a rater entry describes; the bare name of its rater goes on meaning what it meant.

    Args:
        described: a rater entry of a spec.
        snapshot: of the corpus that a calibrated rater is to know; others know none.

    Raises:
        UnableToResolveRater: a field is wrong, or such a rater is not registered alone.
        AllRetired: every version of the rater is retired.
    """
    spec = rater_check(workspace, described)
    if spec.kind in NOT_ALONE:
        raise UnableToResolveRater("kind", NOT_ALONE[spec.kind])
    if spec.kind == "calibrated":
        if snapshot is None:
            raise UnableToResolveRater("kind", "a calibrated rater knows a corpus; name it (--corpus)")
        spec = spec.for_collection(statistics_ensure(snapshot, spec.revision).digest)
    with transaction.atomic():
        rater = Rater.objects.filter(workspace=workspace, name=spec.name).first()
        n_before = RaterVersion.objects.filter(workspace=workspace).count()
        if rater is not None and not rater.versions.filter(digest=spec.digest).exists():
            rater_pin(rater, user=user, now=now)
        version = rater_version_ensure(workspace, spec, spec.rubric.max_grade)
        is_new = RaterVersion.objects.filter(workspace=workspace).count() > n_before
    version.rater.refresh_from_db()
    return Added(version, is_new, meaning_of(version.rater))
