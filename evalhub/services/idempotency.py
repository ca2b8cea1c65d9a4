"""Do what a caller asks for once, however often it asks: the answer is kept under the caller's key."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from evalhub.models import KeptAnswer, Workspace
from evalhub.services.vault import decrypt, encrypt
from evalhub.services.worker import is_alive_here, is_dead_here, worker_name

KEPT = timedelta(hours=24)
# Of a process on another machine; longer than any client waits for one answer. Of this machine it is known
# whether the process lives.
LEASE = timedelta(hours=1)
ASK_AGAIN_S = 2


class UnableToRepeat(Exception):
    """The key stands for another request; the message says what is different."""


class StillRunning(Exception):
    """The request of this key is under way."""

    retry_after_s = ASK_AGAIN_S


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: whose it is, its key, and digests of what it asks for."""

    workspace: Workspace
    caller: str
    key: str
    address_digest: str
    body_digest: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    content_type: str
    location: str
    body: bytes


def answer_claim(asked: Asked, *, now: datetime) -> KeptAnswer | Answer:
    """Claim the right to answer a request, or return the answer that it has.

    Raises:
        UnableToRepeat: the key was sent with another request.
        StillRunning: somebody who lives is at it.
    """
    held = _held(asked, now)
    row, is_new = KeptAnswer.objects.get_or_create(
        workspace=asked.workspace, caller=asked.caller, key=asked.key, defaults=held
    )
    if is_new:
        return row
    if row.created_at >= now - KEPT:
        _check_same(row, asked)
        if row.status is not None:
            return Answer(row.status, row.content_type, row.location, decrypt(row.body).encode())
        if is_alive_here(row.holder) or (row.lease_until >= now and not is_dead_here(row.holder)):
            raise StillRunning("the first request with this Idempotency-Key is still under way; wait for it")
    # Whoever changes the claim first has it.
    if not KeptAnswer.objects.filter(pk=row.pk, claim=row.claim).update(**held, status=None):
        raise StillRunning("another request with this Idempotency-Key was faster; wait for it")
    row.refresh_from_db(fields=["claim"])
    return row


def answer_keep(row: KeptAnswer, answer: Answer) -> None:
    """Keep what was answered, where the claim is still ours."""
    KeptAnswer.objects.filter(pk=row.pk, claim=row.claim, status=None).update(
        status=answer.status,
        content_type=answer.content_type,
        location=answer.location,
        body=encrypt(answer.body.decode()),
    )


def answer_give_up(row: KeptAnswer) -> None:
    """Let the next request with this key try anew."""
    KeptAnswer.objects.filter(pk=row.pk, claim=row.claim, status=None).delete()


def answers_forget(*, now: datetime) -> None:
    """Drop the answers that nobody may ask for any more."""
    KeptAnswer.objects.filter(created_at__lt=now - KEPT).delete()


def _held(asked: Asked, now: datetime) -> dict[str, object]:
    return {
        "address_digest": asked.address_digest,
        "body_digest": asked.body_digest,
        "claim": uuid.uuid4(),
        "holder": worker_name(),
        "lease_until": now + LEASE,
        "created_at": now,
    }


def _check_same(row: KeptAnswer, asked: Asked) -> None:
    pairs = {
        "address": (row.address_digest, asked.address_digest),
        "body": (row.body_digest, asked.body_digest),
    }
    for what, (then, now) in pairs.items():
        if then != now:
            raise UnableToRepeat(
                f"this Idempotency-Key was sent before with another {what}; make a new key for each request, "
                "and send the same one only to repeat it"
            )
