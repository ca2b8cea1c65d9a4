"""Which version a rater's bare name means: the promoted one, else the newest; never a retired one."""

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from evalhub.core.errors import UserError
from evalhub.models import Rater, RaterVersion
from raters.spec import SHIPPED, RaterSpec, resolve_rater


class AllRetired(UserError):
    """A bare name means nothing any more; the message says how to bring a version back."""


def current_first(versions: QuerySet[RaterVersion]) -> QuerySet[RaterVersion]:
    """Versions of one rater or several: what the name means before the others, retired ones last."""
    rank = Case(
        When(retired_at__isnull=False, then=Value(2)),
        When(pk=F("rater__promoted"), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return versions.annotate(current_rank=rank).order_by("current_rank", "-number")


def current_version(rater: Rater) -> RaterVersion | None:
    """What the bare name means; None for a rater without a version.

    The name of a rater that ships means what ships, as long as nobody promoted or retired a version of it.

    Raises:
        AllRetired: every version is.
    """
    versions = rater.versions.select_related("rater")
    if rater.promoted_id is None and is_as_shipped(rater.workspace_id, rater.name):
        return _shipped_version(versions, rater.name)
    found = current_first(versions).first()
    if found is not None and found.retired_at is not None:
        raise AllRetired(_all_retired(rater.name, found))
    return found


def is_as_shipped(workspace_id: int, name: str) -> bool:
    """Whether a name is a shipped rater's and still means what ships."""
    decided = Q(retired_at__isnull=False) | Q(pk=F("rater__promoted"))
    versions = RaterVersion.objects.filter(decided, rater__workspace=workspace_id, rater__name=name)
    return name in SHIPPED and not versions.exists()


def _shipped_version(versions: QuerySet[RaterVersion], name: str) -> RaterVersion | None:
    """The newest version of what ships; there is one for each corpus, and trained ones may be newer."""
    shipped = resolve_rater({"name": name})
    for version in versions.order_by("-number"):
        spec = RaterSpec.from_dict(version.spec)
        if shipped.for_collection(spec.statistics).digest == version.digest:
            return version
    return current_first(versions).first()


def _all_retired(name: str, newest: RaterVersion) -> str:
    return (
        f'every version of the rater "{name}" is retired, so its name alone means none; name one, such as '
        f"{name}@{newest.number}, or bring one back: evalhub rater retire {name}@{newest.number} --undo"
    )
