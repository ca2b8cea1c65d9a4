"""Sign a message so that whoever holds the secret can tell that it is ours, whole and fresh."""

import hashlib
import hmac
import secrets

HEADER = "EvalHub-Signature"


def new_secret() -> str:
    """A secret of 256 random bits."""
    return f"whsec_{secrets.token_urlsafe(32)}"


def signature(secret: str, body: bytes, signed_at: int) -> str:
    """The header's value: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`."""
    signed = b"%d." % signed_at + body
    return f"t={signed_at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
