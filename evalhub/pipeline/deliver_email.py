"""A message to a person: the same facts in sentences."""

import json
import smtplib
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.mail import EmailMessage

from evalhub import conf
from evalhub.core.events import EVENTS
from evalhub.models import Delivery
from evalhub.pipeline.public_wire import RefusedAddress, UnableToSend

NOT_SET = (
    "no mail server is set: give EMAIL_URL, such as smtp+tls://user:password@mail.example.org:587, to the "
    "workers (docs/hooks_and_schedules.md)"
)
# RFC 3463: the mail server will not change its mind.
PERMANENT = 500


def send_email(delivery: Delivery) -> None:
    """Hand a message to the mail server.

    Raises:
        UnableToSend: it did not take it now.
        RefusedAddress: it will never take it.
    """
    if not conf.email_is_set():
        raise UnableToSend(NOT_SET)
    body = json.loads(delivery.payload)
    message = EmailMessage(
        subject=subject_of(delivery.event, body),
        body="\n".join(lines_of(delivery.event, body)),
        from_email=conf.email_from(),
        to=[delivery.webhook.url],
        # At least once: a second copy has the same id, which mail programs show as one.
        headers={"Message-ID": f"<{delivery.key}@evalhub>", "Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        problem = f"the mail server refused the address (code {', '.join(map(str, codes))})"
        raise (RefusedAddress if min(codes) >= PERMANENT else UnableToSend)(problem) from error
    except (smtplib.SMTPException, OSError) as error:
        raise UnableToSend(f"{type(error).__name__}: {error}") from error


def subject_of(event: str, body: Mapping[str, Any]) -> str:
    """One line: what happened, to what."""
    named = body.get("campaign") or body.get("schedule") or {}
    what = EVENTS.get(event, "a test of this address")
    subject = f"EvalHub: {what}" + (f": {named['name']}" if named else "")
    return " ".join(subject.split())[:200]  # a header holds one line, whatever a name holds


def lines_of(event: str, body: Mapping[str, Any]) -> Iterator[str]:
    """The text of a message."""
    yield f"{EVENTS.get(event, body.get('said', event)).capitalize()}."
    if alert := body.get("alert"):
        yield from ("", alert["said"])
    if schedule := body.get("schedule"):
        yield from ("", f"Schedule: {schedule['name']}", schedule["page"])
        if schedule.get("error"):
            yield schedule["error"]
    if campaign := body.get("campaign"):
        gate = f", gate {campaign['gate']}" if campaign["gate"] else ""
        yield from ("", f"Campaign {campaign['id']}: {campaign['name']} ({campaign['state']}{gate})")
        yield campaign["page"]
        if campaign["error"]:
            yield campaign["error"]
    yield ""
    for system in body.get("systems", []):
        yield _figure(system)


def _figure(system: Mapping[str, Any]) -> str:
    if system["value"] is None:
        return f"{system['name']}: {system['measure']} –"
    interval = "" if system["low"] is None else f" [{system['low']:.3f}, {system['high']:.3f}]"
    said = f"{system['name']}: {system['measure']} {system['value']:.3f}{interval}"
    return f"{said} by {system['rater']}, {system['n_queries']} queries"
