"""What a token's scope and the role of its user allow."""

from typing import TYPE_CHECKING, NamedTuple, cast

from django.contrib.auth.models import User
from django.http import Http404
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from evalhub.models import ApiToken, Workspace
from evalhub.selectors.members import CHOSEN, membership_chosen, memberships_of
from evalhub.selectors.owned import is_all_of
from evalhub.selectors.permissions import refusal, role_allows, scope_allows

if TYPE_CHECKING:
    # The framework loads this module while it loads its views.
    from rest_framework.views import APIView

Scope = ApiToken.Scope
MAX_KEY = 2**63 - 1  # no database keeps a larger one, nor can all be asked for it


class Place(NamedTuple):
    """Where a request acts, and what its user is there."""

    workspace: Workspace
    role: str


def place_of(request: Request) -> Place:
    """The workspace of the token, or the one that the session chose; asked once per request.

    Raises:
        PermissionDenied: whose session it is belongs to no workspace.
    """
    known: Place | None = getattr(request._request, "evalhub_place", None)
    if known is None:
        known = _place(request)
        request._request.evalhub_place = known  # type: ignore[attr-defined]  # there is no better place
    return known


def _place(request: Request) -> Place:
    if isinstance(request.auth, ApiToken):
        return Place(request.auth.workspace, request.auth.role)  # type: ignore[attr-defined]  # by token_find
    found = membership_chosen(memberships_of(cast(User, request.user)), request.session.get(CHOSEN))
    if found is None:
        raise PermissionDenied("you belong to no workspace; ask an admin of one for an invitation")
    return Place(found.workspace, found.role)


class HasScope(BasePermission):
    """Reading needs a view's `read_scope` (read), everything else its `required_scope` (run).

    A view whose `token_scope` is more than that wants it of tokens, where people need it not.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the request may go on.

        Raises:
            PermissionDenied: the token lacks the scope or the user the role, which the message names.
            Http404: and what the address names is not of the workspace; or it can be of none.
        """
        if not request.user.is_authenticated:
            return False
        if any(key > MAX_KEY for key in view.kwargs.values() if isinstance(key, int)):
            raise Http404
        place = place_of(request)
        problem = _problem(request, view, place.role)
        if problem and not is_all_of(place.workspace, view.kwargs):
            raise Http404
        if problem:
            raise PermissionDenied(problem)
        return True


def _problem(request: Request, view: "APIView", role: str) -> str:
    """Why the request may not go on, if so."""
    is_read = request.method in SAFE_METHODS
    name, least = ("read_scope", Scope.READ) if is_read else ("required_scope", Scope.RUN)
    needed = getattr(view, name, least)
    of_token = needed if is_read else getattr(view, "token_scope", None) or needed
    if isinstance(request.auth, ApiToken) and not scope_allows(request.auth.scope, of_token):
        return f'this needs a token of scope "{of_token}", and yours has "{request.auth.scope}"'
    return "" if role_allows(role, needed) else refusal(role, needed)
