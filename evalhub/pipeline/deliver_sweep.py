"""Heal messages that a lost enqueueing or a dead worker left, send what is due again, forget old ones."""

from datetime import datetime, timedelta

from django.db.models import Q

from evalhub.dispatch import enqueue_delivery
from evalhub.models import Delivery
from evalhub.services.worker import is_dead_here

KEPT = timedelta(days=30)
DELETED_AT_ONCE = 500
SENT_AT_ONCE = 200


def sweep_deliveries(*, now: datetime) -> None:
    """Free what a dead worker held, have workers send what is due, delete what is older than 30 days."""
    sending = Delivery.objects.filter(state=Delivery.State.SENDING)
    dead = [name for name in sending.values_list("worker", flat=True).distinct() if is_dead_here(name)]
    sending.filter(Q(lease_until__lt=now) | Q(worker__in=dead)).update(
        state=Delivery.State.WAITING, available_at=now, lease_until=None
    )
    due = Delivery.objects.filter(state=Delivery.State.WAITING, available_at__lte=now)
    for delivery_id in due.order_by("available_at").values_list("pk", flat=True)[:SENT_AT_ONCE]:
        enqueue_delivery(delivery_id)  # a second message is harmless: sending takes a claim
    final = Delivery.objects.filter(state__in=[Delivery.State.DELIVERED, Delivery.State.GIVEN_UP])
    old = list(final.filter(finished_at__lt=now - KEPT).values_list("pk", flat=True)[:DELETED_AT_ONCE])
    Delivery.objects.filter(pk__in=old).delete()
