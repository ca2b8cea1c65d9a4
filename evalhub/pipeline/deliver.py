"""Send messages: claimed and finished as a work unit is, tried again until a day is over.

A destination gets one message at a time, or one that does not answer would hold every thread of a worker.
"""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from evalhub.core.back_off import next_attempt
from evalhub.dispatch import enqueue_delivery
from evalhub.models import Delivery, DeliveryAttempt, Webhook
from evalhub.pipeline.deliver_email import send_email
from evalhub.pipeline.deliver_http import send_http
from evalhub.pipeline.public_wire import RefusedAddress, UnableToSend
from evalhub.services.vault import UnableToUseSecret
from evalhub.services.worker import worker_name

logger = logging.getLogger(__name__)

# Longer than any attempt may take.
LEASE = timedelta(seconds=120)
GONE = 410

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Outcome:
    """What came of one attempt; one that failed for good is not tried again."""

    status_code: int | None = None
    answer: str = ""
    error: str = ""
    retry_after: str = ""
    is_final: bool = False


def deliver(delivery_id: int, *, clock: Clock) -> None:
    """Send a message if its time has come and its destination is free; whatever happens, its log tells."""
    delivery = _claim(delivery_id, now=clock())
    if delivery is None:
        return
    began_at, started = clock(), time.perf_counter()
    outcome = _attempt(delivery, signed_at=began_at)
    duration_s = time.perf_counter() - started
    record(delivery, outcome, began_at, duration_s, now=clock())
    _send_next(delivery.webhook_id, now=clock())


def record(
    delivery: Delivery, outcome: Outcome, began_at: datetime, duration_s: float, *, now: datetime
) -> None:
    """Keep what came of an attempt, and when the next is, unless somebody else has the message by now."""
    with transaction.atomic():
        if not _held(delivery).update(**_next(delivery, outcome, now=now)):
            return  # the lease ran out: whoever has it now tells
        DeliveryAttempt.objects.create(
            delivery=delivery,
            number=delivery.n_attempts,
            began_at=began_at,
            duration_s=duration_s,
            status_code=outcome.status_code,
            answer=outcome.answer,
            error=outcome.error,
        )


def due_deliveries(*, now: datetime) -> QuerySet[Delivery]:
    """Messages whose time has come, of destinations that none is on its way to."""
    sending = Delivery.objects.filter(
        webhook=OuterRef("webhook"), state=Delivery.State.SENDING, lease_until__gt=now
    )
    return Delivery.objects.filter(~Exists(sending), state=Delivery.State.WAITING, available_at__lte=now)


def _send_next(webhook_id: int, *, now: datetime) -> None:
    """What found its destination busy went away, and would wait for the sweep."""
    waiting = due_deliveries(now=now).filter(webhook=webhook_id).order_by("pk")
    if (following := waiting.values_list("pk", flat=True).first()) is not None:
        enqueue_delivery(following)


def _attempt(delivery: Delivery, *, signed_at: datetime) -> Outcome:
    webhook = delivery.webhook
    if webhook.removed_at is not None:
        return Outcome(error="the destination was removed", is_final=True)
    try:
        if webhook.kind == Webhook.Kind.EMAIL:
            send_email(delivery)
            return Outcome()
        answer = send_http(delivery, signed_at=signed_at)
    except RefusedAddress as error:
        return Outcome(error=str(error), is_final=True)
    except (UnableToSend, UnableToUseSecret) as error:
        return Outcome(error=str(error))
    except Exception as error:
        logger.exception("sending message %s failed", delivery.pk)
        name = type(error).__name__
        return Outcome(error=f"something went wrong on the server ({name}); the log of its worker says what")
    problem = "" if 200 <= answer.status_code < 300 else _words(answer.status_code)
    return Outcome(
        answer.status_code, answer.text, problem, answer.retry_after, is_final=answer.status_code == GONE
    )


def _words(status_code: int) -> str:
    if status_code == GONE:
        return "answered 410: the receiver wants no more of it"
    if 300 <= status_code < 400:
        return f"answered {status_code}: redirects are not followed; give the address it leads to"
    return f"answered {status_code}"


def _claim(delivery_id: int, *, now: datetime) -> Delivery | None:
    found = due_deliveries(now=now).select_related("webhook__workspace").filter(pk=delivery_id).first()
    if found is None:
        return None
    # Asked again in the UPDATE: of two who saw the same one wins.
    waiting = due_deliveries(now=now).filter(pk=found.pk, n_attempts=found.n_attempts)
    found.n_attempts += 1
    taken = waiting.update(
        state=Delivery.State.SENDING,
        n_attempts=found.n_attempts,
        lease_until=now + LEASE,
        worker=worker_name(),
    )
    return found if taken else None


def _next(delivery: Delivery, outcome: Outcome, *, now: datetime) -> dict[str, object]:
    """The columns after an attempt."""
    told: dict[str, object] = {
        "status_code": outcome.status_code,
        "error": outcome.error,
        "lease_until": None,
    }
    if not outcome.error:
        return told | {"state": Delivery.State.DELIVERED, "finished_at": now}
    again = None if outcome.is_final else _again(delivery, outcome, now=now)
    if again is None:
        said = outcome.error if outcome.is_final else f"{outcome.error}; given up after a day of tries"
        return told | {"state": Delivery.State.GIVEN_UP, "finished_at": now, "error": said}
    return told | {"state": Delivery.State.WAITING, "available_at": again}


def _again(delivery: Delivery, outcome: Outcome, *, now: datetime) -> datetime | None:
    rng = random.Random(f"{delivery.key}:{delivery.n_attempts}")  # noqa: S311  (spreads load, keeps no secret)
    asked_s = retry_after_s(outcome.retry_after, now=now)
    return next_attempt(delivery.n_attempts, delivery.created_at, now, rng, asked_s=asked_s)


def retry_after_s(text: str, *, now: datetime) -> float | None:
    """Seconds of a Retry-After header, which gives them or a date; None where it says neither."""
    if text.strip().isdecimal():
        return float(text.strip()[:9])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return max(0.0, (at - now).total_seconds()) if at.tzinfo else None


def _held(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        pk=delivery.pk, state=Delivery.State.SENDING, n_attempts=delivery.n_attempts
    )
