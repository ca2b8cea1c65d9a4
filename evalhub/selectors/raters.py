"""Raters as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from evalhub.models import Rater, RaterVersion


@dataclass(frozen=True, slots=True)
class RaterState:
    """A rater with its newest version."""

    rater: Rater
    version: RaterVersion | None


def raters_states(raters: Sequence[Rater]) -> list[RaterState]:
    """The raters in the order given."""
    newest = RaterVersion.objects.filter(rater=OuterRef("rater")).order_by("-number").values("pk")[:1]
    found = RaterVersion.objects.filter(rater__in=raters, pk=Subquery(newest))
    by_rater = {version.rater_id: version for version in found}
    return [RaterState(rater, by_rater.get(rater.pk)) for rater in raters]
