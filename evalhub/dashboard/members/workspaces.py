"""The choice of the workspace, and new ones."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from evalhub.core.errors import UserError
from evalhub.dashboard.access import MemberRequest, user_of
from evalhub.dashboard.numbers import whole_number
from evalhub.selectors.members import CHOSEN
from evalhub.services.workspaces import workspace_create


def choose(request: MemberRequest) -> HttpResponse:
    """Go on in another of one's workspaces; the choice holds for the session, pages and REST alike."""
    key = whole_number(request.POST.get("workspace"))
    found = next((one for one in request.memberships if one.workspace_id == key), None)
    if found is None:
        raise Http404("you belong to no such workspace")
    request.session[CHOSEN] = found.workspace_id
    return redirect("campaign-list")


def create(request: HttpRequest) -> HttpResponse:
    """Make a workspace, become its admin, and go there."""
    try:
        made = workspace_create(request.POST.get("name", ""), user_of(request))
    except UserError as error:
        messages.error(request, str(error))
        return redirect("members")
    request.session[CHOSEN] = made.pk
    messages.success(request, f"{made.name} is made, and you are its admin. Nobody else sees it yet.")
    return redirect("members")
