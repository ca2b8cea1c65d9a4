"""Who may see a page, and how browsers keep it."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HTMX_STOP_POLLING
from django_htmx.middleware import HtmxDetails

from evalhub.models import ApiToken, AuditEvent, Membership, Workspace
from evalhub.selectors.members import CHOSEN, membership_chosen, memberships_of, operators
from evalhub.selectors.owned import is_all_of
from evalhub.selectors.permissions import allowed_by, refusal, role_allows
from evalhub.services.addresses import client_address
from evalhub.services.audit import Doer, audit

View = Callable[..., HttpResponseBase]
Noted = Callable[[HttpRequest, HttpResponseBase], bool]
Scope = ApiToken.Scope

# The largest key a database has.
MAX_KEY = 2**63 - 1


class HtmxRequest(HttpRequest):
    """A request as `HtmxMiddleware` leaves it: `htmx` is true when a fragment is wanted."""

    htmx: HtmxDetails


class MemberRequest(HttpRequest):
    """A request of somebody who signed in: where they are, where else they could be, what they may do."""

    membership: Membership
    memberships: list[Membership]
    may: dict[str, bool]


def page(route: str, view: View, name: str, needs: str = Scope.READ) -> URLPattern:
    """An address to read, for members; never cached, since it also answers with fragments."""
    return path(route, _found(never_cache(_closed(require_safe(_entered(view, needs)), needs))), name=name)


def file(route: str, view: View, name: str, needs: str = Scope.READ) -> URLPattern:
    """An address to take a file from, for members; it may take longer than a page."""
    return path(route, never_cache(_closed(require_safe(_entered(view, needs)), needs)), name=name)


def form_page(route: str, view: View, name: str, needs: str = Scope.RUN) -> URLPattern:
    """An address to read and to post the form on it to, for members whose role has the scope it needs."""
    allowed = require_http_methods(["GET", "HEAD", "POST"])(_entered(view, needs, was_redirected))
    return path(route, _found(never_cache(_closed(allowed, needs))), name=name)


def action(route: str, view: View, name: str, needs: str = Scope.RUN) -> URLPattern:
    """An address that changes something, for members whose role has the scope it needs."""
    return path(route, _closed(require_POST(_entered(view, needs)), needs), name=name)


def workspace_of(request: HttpRequest) -> Workspace:
    """The workspace that the person chose; every address made by this module has one."""
    return member_of(request).workspace


def member_of(request: HttpRequest) -> Membership:
    """The person's place in the workspace they chose."""
    return cast(MemberRequest, request).membership


def user_of(request: HttpRequest) -> User:
    """Who asks; every address made by this module is for people who signed in."""
    return cast(User, request.user)


def _closed(view: View, needs: str) -> View:
    """For people who signed in; `needs` is told to those who walk the map of addresses."""
    closed = login_required(view)
    closed.needs = needs  # type: ignore[attr-defined]
    return closed


def _entered(view: View, needs: str, noted: Noted | None = None) -> View:
    """Let members pass whose role has the scope; what is not theirs is not there for them."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        membership = enter(cast(MemberRequest, request))
        if membership is None:
            return render(request, "dashboard/members/nowhere.html", {"operators": operators()}, status=403)
        if not role_allows(membership.role, needs):
            if not is_all_of(membership.workspace, kwargs):
                raise Http404("there is nothing of this number")
            context = {"refusal": refusal(membership.role, needs)}
            return render(request, "dashboard/members/refused.html", context, status=403)
        answer = view(request, *args, **kwargs)
        if request.method == "POST" and (noted or was_done)(request, answer):
            note(request, membership.workspace)
        return answer

    return _storable(entered)


def note(request: HttpRequest, workspace: Workspace) -> None:
    """Write down what was done: the name of the address and its path, never what was typed."""
    match, address = request.resolver_match, client_address(request.META)
    doer = Doer(AuditEvent.Edge.DASHBOARD, user=user_of(request), address=address)
    audit(workspace, doer, str(match.url_name) if match else "", request.path, now=timezone.now())


def was_done(request: HttpRequest, answer: HttpResponseBase) -> bool:
    """Whether a POST did what was asked: refusals are said in a message, or by a status."""
    said = cast(BaseStorage, messages.get_messages(request))
    is_refused = any(message.level >= messages.ERROR for message in said)
    said.used = False  # looking at them must not take them away
    return answer.status_code < HTTPStatus.BAD_REQUEST and not is_refused


def was_redirected(request: HttpRequest, answer: HttpResponseBase) -> bool:
    """For forms that answer each keystroke: what was done leads elsewhere."""
    return answer.status_code == HTTPStatus.FOUND


def enter(request: MemberRequest) -> Membership | None:
    """Find the workspace that the session chose, and note on the request what the person may do there."""
    request.memberships = memberships_of(cast(User, request.user))
    found = membership_chosen(request.memberships, request.session.get(CHOSEN))
    if found is not None:
        request.membership, request.may = found, allowed_by(found.role)
    return found


def _storable(view: View) -> View:
    """Refuse what no database can look for, whatever the page: keys too large, texts with a NUL."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if any(isinstance(key, int) and key > MAX_KEY for key in kwargs.values()):
            raise Http404("there is nothing of this number")
        for given in (request.GET, request.POST):
            if any("\0" in text for name, texts in given.lists() for text in (name, *texts)):
                raise BadRequest("NUL characters can not be stored; remove them")
        return view(request, *args, **kwargs)

    return checked


def _found(view: View) -> View:
    """Mark a page, so that all of them can be found and walked."""
    view.is_page = True  # type: ignore[attr-defined]
    return view


def template_for(request: HtmxRequest, page_name: str, fragment_name: str) -> str:
    """The fragment for htmx, the page that includes it for everyone else."""
    return f"dashboard/{fragment_name if request.htmx else page_name}.html"


def polling_status(request: HtmxRequest, *, is_moving: bool) -> int:
    """200, or the status that ends htmx's polling once nothing moves any more."""
    return HTMX_STOP_POLLING if request.htmx and not is_moving else 200
