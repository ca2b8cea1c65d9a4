"""What a token's scope allows."""

from typing import TYPE_CHECKING

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from evalhub.models import ApiToken

if TYPE_CHECKING:
    # The framework loads this module while it loads its views.
    from rest_framework.views import APIView

Scope = ApiToken.Scope

ALLOWS: dict[str, set[str]] = {
    Scope.READ: {Scope.READ},
    Scope.RUN: {Scope.READ, Scope.RUN},
    Scope.REVIEW: {Scope.READ, Scope.REVIEW},
    Scope.ADMIN: {Scope.READ, Scope.RUN, Scope.REVIEW, Scope.ADMIN},
}


class HasScope(BasePermission):
    """Reading needs the scope read, everything else what the view says in `required_scope` (run)."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the request may go on.

        Raises:
            PermissionDenied: the token lacks the scope, which the message names.
        """
        if not request.user.is_authenticated:
            return False
        needed = Scope.READ if request.method in SAFE_METHODS else getattr(view, "required_scope", Scope.RUN)
        if isinstance(request.auth, ApiToken) and needed not in ALLOWS[request.auth.scope]:
            raise PermissionDenied(
                f'this needs a token of scope "{needed}", and yours has "{request.auth.scope}"'
            )
        return True
