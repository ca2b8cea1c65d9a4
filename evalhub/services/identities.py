"""Users who sign in by an OpenID Connect provider."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from evalhub.core.errors import UserError
from evalhub.core.oidc import OidcProvider
from evalhub.models import Identity
from evalhub.services.members import member_ensure
from evalhub.services.workspaces import workspace_default

MAX_NAME, MAX_SUBJECT = 140, 255


class UnableToIdentify(UserError):
    """The provider did not say whom it means, or they may not come in."""


def user_of_identity(provider: OidcProvider, claims: Mapping[str, Any]) -> User:
    """The user behind the claims of a checked id token, made at their first sign-in.

    Only issuer and subject find a user: a name or an e-mail address that a provider reports may be anybody's,
    and must open nobody's account.

    Raises:
        UnableToIdentify: there is no usable subject, or the account is switched off.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or "\0" in subject:
        raise UnableToIdentify(f"{provider.name} did not say who signed in: its token has no subject")
    user = _known(provider, subject) or _new(provider, subject, claims)
    if not user.is_active:
        raise UnableToIdentify("This account is switched off; ask an admin of this installation.")
    return user


def _known(provider: OidcProvider, subject: str) -> User | None:
    return User.objects.filter(identities__issuer=provider.issuer, identities__subject=subject).first()


def _new(provider: OidcProvider, subject: str, claims: Mapping[str, Any]) -> User:
    try:
        with transaction.atomic():
            user = User.objects.create_user(_free_name(claims))
            Identity.objects.create(user=user, issuer=provider.issuer, subject=subject)
            if provider.role:
                member_ensure(workspace_default(), user, provider.role)
            return user
    except IntegrityError:
        # Somebody's second window was faster.
        if found := _known(provider, subject):
            return found
        raise


def _free_name(claims: Mapping[str, Any]) -> str:
    wanted = next(filter(None, (_usable(claims.get(key)) for key in ("preferred_username", "email"))), "user")
    taken = set(User.objects.filter(username__startswith=wanted).values_list("username", flat=True))
    return next(
        name for name in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if name not in taken
    )


def _usable(name: object) -> str:
    """A reported name that a user of Django can have; "" otherwise."""
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        return ""
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError:
        return ""
    return name
