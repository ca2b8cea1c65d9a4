"""API tokens: make one, see when each was used, revoke it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from evalhub.core.errors import UserError
from evalhub.dashboard.access import member_of, user_of
from evalhub.dashboard.numbers import whole_number
from evalhub.selectors.permissions import MEANINGS, scopes_grantable
from evalhub.selectors.tokens import token_state, tokens_seen
from evalhub.services.tokens import token_make, token_revoke

SHOWN = 200
DAYS = {"30": "30 days", "90": "90 days", "365": "a year", "": "no end"}


def tokens(request: HttpRequest, text: str = "", status: int = 200) -> HttpResponse:
    """The tokens that the person may know of; `text` is that of one just made."""
    member, now = member_of(request), timezone.now()
    rows = tokens_seen(member.workspace, member.user_id, member.role).order_by("-pk")[:SHOWN]
    context = {
        "tokens": [(one, token_state(one, now)) for one in rows],
        "scopes": (scopes := scopes_grantable(member.role)),
        "meanings": [(scope, MEANINGS[scope]) for scope in scopes],
        "days": DAYS,
        "text": text,
        "now": now,
    }
    return render(request, "dashboard/members/tokens.html", context, status=status)


@never_cache
def make(request: HttpRequest) -> HttpResponse:
    """Make a token and show its text: in this answer, which nothing keeps, and never again."""
    given, typed = request.POST, request.POST.get("days", "").strip()
    try:
        _, text = token_make(
            member_of(request),
            given.get("scope", ""),
            name=given.get("name", "").strip(),
            days=(whole_number(typed) or 0) if typed else None,
            made_by=user_of(request),
            now=timezone.now(),
        )
    except UserError as error:
        messages.error(request, str(error))
        return redirect("tokens")
    return tokens(request, text)


def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Make a token useless; there is no way back, and another takes a moment."""
    member = member_of(request)
    rows = tokens_seen(member.workspace, member.user_id, member.role)
    found = get_object_or_404(rows, pk=token_id)
    token_revoke(found, now=timezone.now())
    messages.success(
        request, f"The token {found.prefix}… {found.name} is revoked: it opens nothing any more."
    )
    return redirect("tokens")
