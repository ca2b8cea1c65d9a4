"""A message to a program: JSON, signed."""

from datetime import datetime

from evalhub.core.signature import HEADER, signature
from evalhub.models import Delivery
from evalhub.pipeline.public_wire import Answer, post
from evalhub.selectors.hooks.allowed import allowed_networks
from evalhub.services.vault import decrypt


def send_http(delivery: Delivery, *, signed_at: datetime) -> Answer:
    """Post the body of a message.

    Raises:
        RefusedAddress, UnableToSend: see `evalhub.pipeline.public_wire`.
        UnableToUseSecret: see `evalhub.services.vault`.
    """
    body = delivery.payload.encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "EvalHub-Webhook/1",
        "EvalHub-Event": delivery.event,
        "EvalHub-Delivery": str(delivery.key),
        "EvalHub-Attempt": str(delivery.n_attempts),
        HEADER: signature(decrypt(delivery.webhook.secret), body, int(signed_at.timestamp())),
    }
    return post(delivery.webhook.url, body, headers, allowed_networks())
