"""Sign-in by an OpenID Connect provider: what the environment says of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from evalhub.core.errors import UserError

ROLES = ("", "viewer", "reviewer", "analyst")


class UnableToReadOidc(UserError):
    """The variables of the provider do not go together; the message names the one to mend."""


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """A provider of identities, and what its people may do here at first.

    Attributes:
        issuer: its address, without a slash at its end; `/.well-known/openid-configuration` lies below.
        name: on the button of the sign-in page.
        role: what newcomers get in the default workspace; "" makes them wait for an invitation.
    """

    issuer: str
    client_id: str
    client_secret: str
    name: str
    role: str


def oidc_provider(environment: Mapping[str, str]) -> OidcProvider | None:
    """The provider that EVALHUB_OIDC_ISSUER names; None where it names none.

    Raises:
        UnableToReadOidc: a variable is missing, or wrong.
    """
    issuer = environment.get("EVALHUB_OIDC_ISSUER", "").strip().rstrip("/")
    if not issuer:
        return None
    if not issuer.startswith(("https://", "http://")):
        raise UnableToReadOidc("EVALHUB_OIDC_ISSUER wants an address that begins with https://")
    role = environment.get("EVALHUB_OIDC_ROLE", "")
    if role not in ROLES:
        raise UnableToReadOidc(f"EVALHUB_OIDC_ROLE wants one of: {', '.join(ROLES[1:])}, or nothing")
    return OidcProvider(
        issuer=issuer,
        client_id=_needed(environment, "EVALHUB_OIDC_CLIENT_ID"),
        client_secret=_needed(environment, "EVALHUB_OIDC_CLIENT_SECRET"),
        name=environment.get("EVALHUB_OIDC_NAME", "") or "single sign-on",
        role=role,
    )


def _needed(environment: Mapping[str, str], name: str) -> str:
    if not (value := environment.get(name, "").strip()):
        raise UnableToReadOidc(f"EVALHUB_OIDC_ISSUER is set, and {name} is missing")
    return value
