"""Destinations of messages, and what was sent to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from evalhub.models import Delivery, DeliveryAttempt, Webhook, Workspace

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination with the newest message to it."""

    webhook: Webhook
    events: Sequence[str]
    latest: Delivery | None


def webhooks_of(workspace: Workspace) -> QuerySet[Webhook]:
    """The destinations that are not removed, with what they want to hear of."""
    return Webhook.objects.filter(workspace=workspace, removed_at=None).prefetch_related("wanted")


def destinations(workspace: Workspace) -> list[Destination]:
    """All of a workspace, by name."""
    newest = Delivery.objects.filter(webhook=OuterRef("pk")).order_by("-created_at", "-pk")
    rows = list(webhooks_of(workspace).annotate(latest=Subquery(newest.values("pk")[:1])).order_by("name"))
    latest = Delivery.objects.defer("payload").in_bulk([row.latest for row in rows if row.latest])
    return [Destination(row, events_of(row), latest.get(row.latest or 0)) for row in rows]


def events_of(webhook: Webhook) -> list[str]:
    """What a destination wants to hear of."""
    return [one.name for one in webhook.wanted.all()]


def deliveries_of(webhook: Webhook) -> QuerySet[Delivery]:
    """The messages to a destination, with their attempts."""
    tries = Prefetch("tries", DeliveryAttempt.objects.order_by("-number"))
    return Delivery.objects.filter(webhook=webhook).prefetch_related(tries)


def delivery_log(webhook: Webhook, page: str | None) -> "Page[Delivery]":
    """A page of them, newest first."""
    rows = deliveries_of(webhook).order_by("-created_at", "-pk")
    return Paginator(rows, PER_PAGE).get_page(page)
