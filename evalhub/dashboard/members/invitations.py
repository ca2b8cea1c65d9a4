"""Invitations: made by admins, opened by anybody who has the link."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evalhub.core.errors import UserError
from evalhub.dashboard.access import user_of, workspace_of
from evalhub.dashboard.members.members import members
from evalhub.dashboard.numbers import whole_number
from evalhub.models import AuditEvent, Invitation
from evalhub.selectors.members import CHOSEN
from evalhub.selectors.permissions import may_in_words
from evalhub.services.addresses import client_address
from evalhub.services.audit import Doer, audit
from evalhub.services.invitations import (
    UnableToJoin,
    invitation_accept,
    invitation_find,
    invitation_join,
    invitation_make,
    invitation_send,
    invitation_withdraw,
)


@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation and show its link: in this answer, which nothing keeps, and never again."""
    given = request.POST
    try:
        made, text = invitation_make(
            workspace_of(request),
            given.get("role", ""),
            user_of(request),
            days=whole_number(given.get("days")) or 0,
            email=given.get("email", "").strip(),
            now=timezone.now(),
        )
    except UserError as error:
        messages.error(request, str(error))
        return redirect("members")
    link = request.build_absolute_uri(reverse("join", args=[text]))
    try:
        if invitation_send(made, link):
            messages.success(request, f"The link was sent to {made.email}.")
        elif made.email:
            messages.warning(request, f"No mail was sent: hand the link below to {made.email} yourself.")
    except UserError as error:
        messages.warning(request, str(error))
    return members(request, link)


def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Make a link useless."""
    found = get_object_or_404(Invitation, workspace=workspace_of(request), pk=invitation_id)
    invitation_withdraw(found, now=timezone.now())
    messages.success(request, "The invitation is withdrawn: its link opens nothing any more.")
    return redirect("members")


def join(request: HttpRequest, text: str) -> HttpResponse:
    """What a link opens: a form for a new user, or a button for one who signed in."""
    try:
        invitation = invitation_find(text, now=timezone.now())
    except UnableToJoin as error:
        return render(request, "dashboard/members/join.html", {"problem": str(error)}, status=410)
    context = {"invitation": invitation, "may": may_in_words(invitation.role)}
    if request.method == "POST":
        try:
            return _joined(request, invitation)
        except UnableToJoin as error:
            context |= {"error": str(error), "username": request.POST.get("username", "")}
            return render(request, "dashboard/members/join.html", context, status=400)
    return render(request, "dashboard/members/join.html", context)


def _joined(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    now = timezone.now()
    if isinstance(request.user, User):
        user = request.user
        invitation_accept(invitation, user, now=now)
    else:
        given = request.POST
        user = invitation_join(invitation, given.get("username", ""), given.get("password", ""), now=now)
        login(request, user)
    request.session[CHOSEN] = invitation.workspace_id
    doer = Doer(AuditEvent.Edge.DASHBOARD, user=user, address=client_address(request.META))
    # Not the path: it is the link.
    audit(invitation.workspace, doer, "join", f"invitation {invitation.pk} as {invitation.role}", now=now)
    messages.success(request, f"Welcome to {invitation.workspace.name}; you are {invitation.role} here.")
    return redirect("campaign-list")


def join_page(route: str, name: str) -> URLPattern:
    """The one page, beside the sign-in, that people see who did not sign in: the link vouches for them."""
    return path(route, never_cache(require_http_methods(["GET", "HEAD", "POST"])(join)), name=name)
