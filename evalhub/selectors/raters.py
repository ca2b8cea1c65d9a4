"""Raters as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from evalhub.models import Rater, RaterVersion
from evalhub.selectors.rater_current import current_first


@dataclass(frozen=True, slots=True)
class RaterState:
    """A rater with the version that its name means; a retired one where all are, None where there is none."""

    rater: Rater
    version: RaterVersion | None


def raters_states(raters: Sequence[Rater]) -> list[RaterState]:
    """The raters in the order given."""
    current = current_first(RaterVersion.objects.filter(rater=OuterRef("rater"))).values("pk")[:1]
    found = RaterVersion.objects.filter(rater__in=raters, pk=Subquery(current))
    by_rater = {version.rater_id: version for version in found}
    return [RaterState(rater, by_rater.get(rater.pk)) for rater in raters]
