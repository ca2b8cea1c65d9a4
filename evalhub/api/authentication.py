"""Who is asking: `Authorization: Bearer evh_...`."""

from django.contrib.auth.models import User
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from evalhub.models import ApiToken
from evalhub.selectors.tokens import token_find


class TokenAuthentication(BaseAuthentication):
    """An API token; `request.auth` is its row, so that the workspace and the scope are at hand."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Returns None for a request without a bearer token, which a session may vouch for."""
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_find(text.strip())
        if token is None:
            raise AuthenticationFailed("this token is unknown; make one with: evalhub token create")
        if token.role is None:  # type: ignore[attr-defined]  # by token_find
            raise AuthenticationFailed("the user of this token is no member of its workspace any more")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What an answer of 401 says is wanted."""
        return 'Bearer realm="evalhub"'
