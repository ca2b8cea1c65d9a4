"""Heal messages that a lost enqueueing or a dead worker left, send what is due again, forget old ones."""

from datetime import datetime, timedelta

from django.db.models import Min, Q

from evalhub.dispatch import enqueue_delivery
from evalhub.models import Delivery
from evalhub.pipeline.deliver import LEASE, Outcome, due_deliveries, record
from evalhub.services.worker import is_dead_here

KEPT = timedelta(days=30)
DELETED_AT_ONCE = 500
SENT_AT_ONCE = 200


LOST = Outcome(error="its worker died or hung meanwhile; the worker's log may say why")


def sweep_deliveries(*, now: datetime) -> None:
    """Take back what a dead worker held, have workers send what is due, delete what is older than 30 days."""
    _take_back(now=now)
    # One of each destination: the others follow it. A second message is harmless: sending takes a claim.
    first = due_deliveries(now=now).values("webhook").annotate(first=Min("pk")).order_by("first")
    for delivery_id in first.values_list("first", flat=True)[:SENT_AT_ONCE]:
        enqueue_delivery(delivery_id)
    final = Delivery.objects.filter(state__in=[Delivery.State.DELIVERED, Delivery.State.GIVEN_UP])
    old = list(final.filter(finished_at__lt=now - KEPT).values_list("pk", flat=True)[:DELETED_AT_ONCE])
    Delivery.objects.filter(pk__in=old).delete()


def _take_back(*, now: datetime) -> None:
    """An attempt whose worker is gone failed as any other: what kills its worker must not come for ever."""
    sending = Delivery.objects.filter(state=Delivery.State.SENDING)
    dead = [name for name in sending.values_list("worker", flat=True).distinct() if is_dead_here(name)]
    for delivery in sending.filter(Q(lease_until__lt=now) | Q(worker__in=dead))[:SENT_AT_ONCE]:
        began_at = (delivery.lease_until or now) - LEASE
        record(delivery, LOST, began_at, (now - began_at).total_seconds(), now=now)
