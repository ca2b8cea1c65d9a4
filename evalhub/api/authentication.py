"""Who is asking: `Authorization: Bearer evh_...`."""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from evalhub.models import ApiToken
from evalhub.selectors.tokens import token_find, token_problem
from evalhub.services.addresses import client_address
from evalhub.services.lockout import attempt, token_limits, wait_in_words
from evalhub.services.tokens import token_used


class TokenAuthentication(BaseAuthentication):
    """An API token; `request.auth` is its row, so that the workspace and the scope are at hand."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Returns None for a request without a bearer token, which a session may vouch for."""
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token, now = token_find(text.strip()), timezone.now()
        if token is None:
            raise _unknown(request, now)
        if problem := token_problem(token, token.role, now):  # type: ignore[attr-defined]  # by token_find
            raise AuthenticationFailed(problem)
        token_used(token, now=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What an answer of 401 says is wanted."""
        return 'Bearer realm="evalhub"'


def _unknown(request: Request, now: datetime) -> APIException:
    """What a guess is answered; tokens that are known pass meanwhile, whatever others of the address try."""
    wait = attempt(token_limits(client_address(request.META)), now=now)
    if not wait:
        return AuthenticationFailed("this token is unknown; make one with: evalhub token create")
    return TooManyGuesses(wait)


class TooManyGuesses(APIException):
    """An address tried too many unknown tokens; `wait` is in seconds."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"too many unknown tokens from this address; try again in {wait_in_words(wait)}")
        self.wait = wait.total_seconds()
