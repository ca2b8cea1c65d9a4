"""Adopt and retire rater versions. Judgments and past campaigns stay as they are."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from evalhub.core.errors import UserError
from evalhub.models import Rater, RaterDecision, RaterVersion
from evalhub.selectors.rater_current import AllRetired, current_version


class UnableToPromote(UserError):
    """The version can not be what its rater's name means; the message says what to do first."""


def rater_promote(version: RaterVersion, *, user: User | None, now: datetime) -> RaterDecision | None:
    """Make the bare name of its rater mean this version; None where somebody had promoted it already.

    Raises:
        UnableToPromote: it is retired.
    """
    if version.retired_at is not None:
        name = f"{version.rater.name}@{version.number}"
        raise UnableToPromote(f"{name} is retired; bring it back first: evalhub rater retire {name} --undo")
    return _promote(version, RaterDecision.Kind.PROMOTED, user, now)


def rater_pin(rater: Rater, *, user: User | None, now: datetime) -> RaterDecision | None:
    """Promote what the bare name means now, so that newer versions change nothing until they are promoted.

    Does nothing, and returns None, where a version was promoted before or there is none.

    Raises:
        AllRetired: the name means none.
    """
    current = current_version(rater)
    if current is None or rater.promoted_id == current.pk:
        return None
    return _promote(current, RaterDecision.Kind.PINNED, user, now)


def rater_retire(version: RaterVersion, *, user: User | None, now: datetime) -> RaterDecision | None:
    """Offer a version to no new campaign; None where it was retired before.

    The name then means the newest version that is not retired. A promoted version stays marked as such, so
    that `rater_unretire` brings back just what was.
    """
    return _retire(version, RaterDecision.Kind.RETIRED, user, now)


def rater_unretire(version: RaterVersion, *, user: User | None, now: datetime) -> RaterDecision | None:
    """Take `rater_retire` back; None where the version was not retired."""
    return _retire(version, RaterDecision.Kind.BROUGHT_BACK, user, now)


def meaning_of(rater: Rater) -> RaterVersion | None:
    """What the bare name means, None also where every version is retired."""
    try:
        return current_version(rater)
    except AllRetired:
        return None


def _promote(
    version: RaterVersion, kind: RaterDecision.Kind, user: User | None, now: datetime
) -> RaterDecision | None:
    with transaction.atomic():
        rater = Rater.objects.select_for_update().get(pk=version.rater_id)
        if rater.promoted_id == version.pk:
            return None
        before = meaning_of(rater)
        rater.promoted = version
        rater.save(update_fields=["promoted"])
        return _decided(version, kind, before, user, now)


def _retire(
    version: RaterVersion, kind: RaterDecision.Kind, user: User | None, now: datetime
) -> RaterDecision | None:
    retired_at = now if kind == RaterDecision.Kind.RETIRED else None
    with transaction.atomic():
        rater = Rater.objects.select_for_update().get(pk=version.rater_id)
        before = meaning_of(rater)
        rows = RaterVersion.objects.filter(pk=version.pk, retired_at__isnull=retired_at is not None)
        if not rows.update(retired_at=retired_at):
            return None
        version.retired_at = retired_at
        return _decided(version, kind, before, user, now)


def _decided(
    version: RaterVersion,
    kind: RaterDecision.Kind,
    before: RaterVersion | None,
    user: User | None,
    now: datetime,
) -> RaterDecision:
    return RaterDecision.objects.create(
        rater_id=version.rater_id,
        version=version,
        kind=kind,
        before=before,
        decided_by=user,
        decided_at=now,
    )
