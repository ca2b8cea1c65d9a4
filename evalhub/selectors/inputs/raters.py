"""Raters, their versions, and who relies on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count

from evalhub.models import Campaign, CampaignRater, Rater, RaterProbe, RaterVersion, Workspace
from evalhub.selectors.inputs.probes import ProbePrice, probe_price
from evalhub.selectors.inputs.spend import Sums, rater_sums, version_sums
from evalhub.selectors.rater_diff import version_content
from evalhub.selectors.raters import RaterState, raters_states

PER_PAGE = 25
VERSIONS_PER_PAGE = 25
CAMPAIGNS_SHOWN = 20
PROBES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class RaterLine:
    """A rater in the list."""

    state: RaterState
    n_versions: int
    n_campaigns: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class RaterList:
    """A page of raters."""

    page: Page[Any]
    lines: Sequence[RaterLine]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version with what it did."""

    version: RaterVersion
    sums: Sums
    n_campaigns: int


@dataclass(frozen=True, slots=True)
class RaterDetail:
    """One rater: its versions, and one of them in full. `content` is None for a rater without a version."""

    rater: Rater
    page: Page[RaterVersion]
    versions: Sequence[VersionLine]
    shown: RaterVersion | None
    content: dict[str, Any] | None
    previous: int | None
    campaigns: Sequence[Campaign]
    probes: Sequence[RaterProbe]
    price: ProbePrice | None


def rater_list(workspace: Workspace, page: str | None) -> RaterList:
    """A page of raters, newest first."""
    rows = Rater.objects.filter(workspace=workspace).annotate(n_versions=Count("versions")).order_by("-pk")
    found = Paginator(rows, PER_PAGE).get_page(page)
    raters = list(found.object_list)
    keys = [rater.pk for rater in raters]
    used = CampaignRater.objects.filter(rater_version__rater__in=keys).values("rater_version__rater")
    campaigns = dict(
        used.annotate(n=Count("campaign", distinct=True)).order_by().values_list("rater_version__rater", "n")
    )
    sums = rater_sums(keys)
    lines = [
        RaterLine(state, rater.n_versions, campaigns.get(rater.pk, 0), sums.get(rater.pk, Sums()))
        for rater, state in zip(raters, raters_states(raters), strict=True)
    ]
    return RaterList(found, lines)


def rater_detail(rater: Rater, number: int | None, page: str | None) -> RaterDetail:
    """One rater with its newest version, or that of a number.

    Raises:
        RaterVersion.DoesNotExist: there is none of this number.
    """
    rows = RaterVersion.objects.filter(rater=rater).select_related("rater").order_by("-number")
    found = Paginator(rows, VERSIONS_PER_PAGE).get_page(page)
    shown = rows.first() if number is None else rows.get(number=number)
    campaigns = (
        Campaign.objects.filter(campaign_raters__rater_version=shown) if shown else Campaign.objects.none()
    )
    newest = campaigns.select_related("snapshot__corpus", "collection").order_by("-created_at")
    return RaterDetail(
        rater=rater,
        page=found,
        versions=_lines(list(found.object_list)),
        shown=shown,
        content=version_content(shown) if shown else None,
        previous=shown.number - 1 or None if shown else None,
        campaigns=list(newest[:CAMPAIGNS_SHOWN]),
        probes=list(shown.probes.exclude(job=None).order_by("-pk")[:PROBES_SHOWN]) if shown else [],
        price=probe_price(shown) if shown else None,
    )


def _lines(versions: Sequence[RaterVersion]) -> list[VersionLine]:
    keys = [version.pk for version in versions]
    used = CampaignRater.objects.filter(rater_version__in=keys).values("rater_version")
    campaigns = dict(used.annotate(n=Count("pk")).order_by().values_list("rater_version", "n"))
    sums = version_sums(keys)
    return [VersionLine(one, sums.get(one.pk, Sums()), campaigns.get(one.pk, 0)) for one in versions]
