"""Make and change destinations of messages, and have a message sent again."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from evalhub.core.addresses import is_reachable
from evalhub.core.errors import UserError
from evalhub.core.events import EVENTS, TEST
from evalhub.core.signature import new_secret
from evalhub.core.suggest import did_you_mean
from evalhub.models import Delivery, Webhook, WebhookEvent, Workspace
from evalhub.selectors.hooks.allowed import allowed_networks
from evalhub.services.names import name_held
from evalhub.services.notices import delivery_add, test_payload
from evalhub.services.vault import encrypt

MAX_NAME, MAX_URL = 100, 2000
MIN_SECRET, MAX_SECRET = 16, 200
MOST = 100


class UnableToKeepWebhook(UserError):
    """A field of a destination that cannot be.

    Attributes:
        field: "name", "url", "secret" or "events".
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """What was typed of a destination; without a secret one is made."""

    name: str
    url: str
    events: Sequence[str] = tuple(EVENTS)
    kind: str = Webhook.Kind.HTTP
    secret: str = ""


def webhook_create(workspace: Workspace, new: NewWebhook) -> tuple[Webhook, str]:
    """Keep a destination; also returns its secret, which is never shown again (e-mail has none).

    Raises:
        UnableToKeepWebhook: see there.
        UnableToUseSecret: see `evalhub.services.vault`.
    """
    name = _name(workspace, new.name, None)
    url, events = _url(new.url, new.kind), _events(new.events)
    secret = _secret(new.secret) if new.kind == Webhook.Kind.HTTP else ""
    if Webhook.objects.filter(workspace=workspace, removed_at=None).count() >= MOST:
        raise UnableToKeepWebhook("name", f"there are {MOST} destinations already; remove one first")
    with name_held(partial(_name, workspace, name, None)):
        webhook = Webhook.objects.create(
            workspace=workspace, name=name, kind=new.kind, url=url, secret=encrypt(secret) if secret else ""
        )
        WebhookEvent.objects.bulk_create(WebhookEvent(webhook=webhook, name=event) for event in events)
    return webhook, secret


def webhook_edit(
    webhook: Webhook,
    *,
    name: str | None = None,
    url: str | None = None,
    events: Sequence[str] | None = None,
    is_active: bool | None = None,
) -> None:
    """Change what is given; messages that wait go to the address as it is then.

    Raises:
        UnableToKeepWebhook: see there.
    """
    webhook.name = webhook.name if name is None else _name(webhook.workspace, name, webhook)
    webhook.url = webhook.url if url is None else _url(url, webhook.kind)
    webhook.is_active = webhook.is_active if is_active is None else is_active
    wanted = None if events is None else _events(events)
    with name_held(partial(_name, webhook.workspace, webhook.name, webhook)):
        webhook.save(update_fields=["name", "url", "is_active"])
        if wanted is not None:
            webhook.wanted.exclude(name__in=wanted).delete()
            rows = (WebhookEvent(webhook=webhook, name=event) for event in wanted)
            WebhookEvent.objects.bulk_create(rows, ignore_conflicts=True)


def webhook_remove(webhook: Webhook, *, now: datetime) -> None:
    """Hide a destination and send it nothing more; its log is kept, and undo brings it back."""
    Webhook.objects.filter(pk=webhook.pk, removed_at=None).update(removed_at=now)


def webhook_restore(webhook: Webhook) -> None:
    """Take a removal back.

    Raises:
        UnableToKeepWebhook: another one has taken the name.
    """
    _name(webhook.workspace, webhook.name, webhook)
    with name_held(partial(_name, webhook.workspace, webhook.name, webhook)):
        Webhook.objects.filter(pk=webhook.pk).update(removed_at=None)


def webhook_test(webhook: Webhook, *, now: datetime) -> Delivery:
    """Send a message that says nothing but that it came, also to one that is switched off."""
    with transaction.atomic():
        return delivery_add(webhook, TEST, test_payload(webhook, now=now), now=now)


def delivery_again(delivery: Delivery, *, now: datetime) -> Delivery:
    """Send a message once more, under a new delivery id; its body, with the id of the event, is the same."""
    with transaction.atomic():
        return delivery_add(delivery.webhook, delivery.event, delivery.payload, now=now, copy_of=delivery)


def _name(workspace: Workspace, name: str, this: Webhook | None) -> str:
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise UnableToKeepWebhook("name", f"use 1 to {MAX_NAME} characters on one line")
    others = Webhook.objects.filter(workspace=workspace, name=name, removed_at=None)
    if (others.exclude(pk=this.pk) if this else others).exists():
        raise UnableToKeepWebhook("name", f'there is a destination "{name}" already; choose another name')
    return name


def _url(url: str, kind: str) -> str:
    url = url.strip()
    if kind == Webhook.Kind.EMAIL:
        try:
            validate_email(url)
        except ValidationError:
            raise UnableToKeepWebhook("url", "this is no e-mail address such as ada@example.org") from None
        return url
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        parts, port, host = urlsplit(""), None, None
    if parts.scheme not in ("http", "https") or not host or len(url) > MAX_URL or port == 0:
        raise UnableToKeepWebhook("url", "write a whole address such as https://ci.example.org/evalhub")
    if parts.username is not None or not re.fullmatch(r"[!-~]+", url):
        problem = "no name, password, blank or letter beyond ASCII can be in it"
        raise UnableToKeepWebhook(
            "url", f"{problem}; the signature says who sends, and hosts have xn-- forms"
        )
    _refuse_private_number(host)
    return url


def _refuse_private_number(host: str) -> None:
    """Say at once what sending would: names are resolved, and checked, only then."""
    try:
        is_fine = is_reachable(host, allowed_networks())
    except ValueError:  # a name
        return
    if not is_fine:
        problem = f"{host} is no public address; have the server's owner list it in EVALHUB_WEBHOOK_ALLOWED"
        raise UnableToKeepWebhook("url", problem)


def _events(events: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(events))
    if not found:
        raise UnableToKeepWebhook("events", f"choose at least one of {', '.join(EVENTS)}")
    for event in found:
        if event not in EVENTS:
            hint = did_you_mean(event, EVENTS).strip() or f"known: {', '.join(EVENTS)}"
            raise UnableToKeepWebhook("events", f"no event is called {event[:40]!r}; {hint}")
    return found


def _secret(given: str) -> str:
    if given and (not MIN_SECRET <= len(given) <= MAX_SECRET or not re.fullmatch(r"[!-~]+", given)):
        problem = f"a secret is {MIN_SECRET} to {MAX_SECRET} letters, digits and signs without blanks"
        raise UnableToKeepWebhook("secret", f"{problem}; leave it out to have one made")
    return given or new_secret()
