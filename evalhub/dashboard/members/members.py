"""Who belongs to the workspace, and as what."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from evalhub import conf
from evalhub.core.errors import UserError
from evalhub.dashboard.access import MemberRequest, workspace_of
from evalhub.models import ApiToken, Membership, Role
from evalhub.selectors.members import invitations_open, members_listed
from evalhub.selectors.permissions import matrix
from evalhub.services.members import member_remove, member_set_role


def members(request: HttpRequest, link: str = "") -> HttpResponse:
    """The members, the roles they can have, and who was asked to join; `link` is that of a new invitation."""
    is_admin = cast(MemberRequest, request).may[ApiToken.Scope.ADMIN]
    context = {
        "members": members_listed(workspace_of(request)),
        "roles": Role.values,
        "matrix": matrix(),
        "invitations": invitations_open(workspace_of(request), timezone.now()) if is_admin else [],
        "link": link,
        "has_email": conf.email_is_set(),
        "now": timezone.now(),
    }
    return render(request, "dashboard/members/members.html", context)


def set_role(request: HttpRequest, member_id: int) -> HttpResponse:
    """Give a member another role."""
    found = _member(request, member_id)
    before, name = found.role, found.user.get_username()
    try:
        member_set_role(found, request.POST.get("role", ""))
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{name} is {found.role} now, and was {before}.")
    return redirect("members")


def remove(request: HttpRequest, member_id: int) -> HttpResponse:
    """Take somebody out; what they made stays."""
    found = _member(request, member_id)
    name = found.user.get_username()
    try:
        n_revoked = member_remove(found, now=timezone.now())
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            f"{name} is no member any more; {n_revoked} of their tokens stopped working. "
            "What they made stays. An invitation brings them back.",
        )
    return redirect("members")


def _member(request: HttpRequest, member_id: int) -> Membership:
    rows = Membership.objects.select_related("user", "workspace")
    return get_object_or_404(rows, workspace=workspace_of(request), pk=member_id)
