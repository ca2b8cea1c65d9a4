"""Pages of destinations: add one, change it, what was sent, send again."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from evalhub import conf
from evalhub.core.events import EVENTS
from evalhub.dashboard.access import workspace_of
from evalhub.models import Delivery, Webhook
from evalhub.selectors.hooks.destinations import delivery_log, destinations, events_of, webhooks_of
from evalhub.services.vault import UnableToUseSecret
from evalhub.services.webhooks import (
    NewWebhook,
    UnableToKeepWebhook,
    delivery_again,
    webhook_create,
    webhook_edit,
    webhook_remove,
    webhook_restore,
    webhook_test,
)


def notifications(request: HttpRequest) -> HttpResponse:
    """All destinations, and the form of a new one."""
    return _list(request, {"kind": "http", "events": list(EVENTS)})


def add(request: HttpRequest) -> HttpResponse:
    """Keep a new destination; its secret is shown this once."""
    given = _given(request)
    try:
        webhook, secret = webhook_create(
            workspace_of(request), NewWebhook(given["name"], given["url"], given["events"], given["kind"])
        )
    except UnableToKeepWebhook as error:
        return _list(request, given, {error.field: error.problem}, status=400)
    except UnableToUseSecret as error:
        return _list(request, given, {"": str(error)}, status=400)
    if not secret:
        messages.success(request, f"{webhook.name} is added. Send a test to see that mail arrives.")
        return redirect("notification", webhook.pk)
    return render(request, "dashboard/hooks/secret.html", {"webhook": webhook, "secret": secret})


def notification(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """One destination: its settings and the log of its messages."""
    return _one(request, webhook_or_404(request, webhook_id))


def change(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Store the settings."""
    webhook, given = webhook_or_404(request, webhook_id), _given(request)
    try:
        webhook_edit(webhook, name=given["name"], url=given["url"], events=given["events"])
    except UnableToKeepWebhook as error:
        return _one(request, webhook, given, {error.field: error.problem}, status=400)
    messages.success(request, "Saved.")
    return redirect("notification", webhook.pk)


def switch(request: HttpRequest, webhook_id: int, to: str) -> HttpResponse:
    """Pause, resume, remove or bring back a destination; each message offers the way back."""
    rows = Webhook.objects.filter(workspace=workspace_of(request))
    webhook = get_object_or_404(rows if to == "restore" else rows.filter(removed_at=None), pk=webhook_id)
    try:
        said, back = _switched(webhook, to)
    except UnableToKeepWebhook as error:
        messages.error(request, error.problem)
        return redirect("notifications")
    undo = reverse("notification-switch", args=[webhook.pk, back]) if back else ""
    messages.success(request, said, extra_tags=undo)
    return redirect("notifications") if to == "remove" else redirect("notification", webhook.pk)


def _switched(webhook: Webhook, to: str) -> tuple[str, str]:
    """What was done, and what undoes it."""
    if to == "remove":
        webhook_remove(webhook, now=timezone.now())
        return f"{webhook.name} is removed.", "restore"
    if to == "restore":
        webhook_restore(webhook)
        return f"{webhook.name} is back.", ""
    webhook_edit(webhook, is_active=to == "resume")
    is_paused = to == "pause"
    return f"{webhook.name} is {'paused' if is_paused else 'told again'}.", "resume" if is_paused else "pause"


def test(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Send a message that says nothing."""
    webhook_test(webhook_or_404(request, webhook_id), now=timezone.now())
    messages.success(request, "A test is on its way; the log below tells what came of it.")
    return redirect("notification", webhook_id)


def again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send a message once more."""
    rows = Delivery.objects.filter(webhook__workspace=workspace_of(request), webhook__removed_at=None)
    delivery = get_object_or_404(rows.select_related("webhook__workspace"), pk=delivery_id)
    delivery_again(delivery, now=timezone.now())
    messages.success(request, "It is on its way once more, as a message of its own.")
    return redirect("notification", delivery.webhook_id)


def webhook_or_404(request: HttpRequest, webhook_id: int) -> Webhook:
    """A destination of the workspace."""
    return get_object_or_404(webhooks_of(workspace_of(request)), pk=webhook_id)


def _given(request: HttpRequest) -> dict[str, Any]:
    posted = request.POST
    kind = Webhook.Kind.EMAIL if posted.get("kind") == Webhook.Kind.EMAIL else Webhook.Kind.HTTP
    return {
        "name": posted.get("name", ""),
        "url": posted.get("url", ""),
        "kind": str(kind),
        "events": posted.getlist("events"),
    }


def _list(
    request: HttpRequest,
    given: Mapping[str, Any],
    faults: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "destinations": destinations(workspace_of(request)),
        "given": given,
        "faults": faults or {},
        "events": EVENTS.items(),
        "has_email": conf.email_is_set(),
        "now": timezone.now(),
    }
    return render(request, "dashboard/hooks/notifications.html", context, status=status)


def _one(
    request: HttpRequest,
    webhook: Webhook,
    given: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    stored = {"name": webhook.name, "url": webhook.url, "kind": webhook.kind, "events": events_of(webhook)}
    context = {
        "webhook": webhook,
        "given": given or stored,
        "faults": faults or {},
        "events": EVENTS.items(),
        "log": delivery_log(webhook, request.GET.get("page")),
        "has_email": conf.email_is_set(),
        "now": timezone.now(),
    }
    return render(request, "dashboard/hooks/notification.html", context, status=status)
