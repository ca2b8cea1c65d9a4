"""Who may see a page, and how browsers keep it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HTMX_STOP_POLLING, HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

View = Callable[..., HttpResponseBase]

# The largest key a database has.
MAX_KEY = 2**63 - 1


class HtmxRequest(HttpRequest):
    """A request as `HtmxMiddleware` leaves it: `htmx` is true when a fragment is wanted."""

    htmx: HtmxDetails


class SignIn(LoginView):
    """Sign-in by name and password."""

    template_name = "dashboard/sign_in.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; a fragment that lands here after its session ended has the whole page ask again."""
        if request.headers.get("HX-Request"):
            return HttpResponseClientRefresh()
        return super().get(request, *args, **kwargs)


class SignOut(LogoutView):
    """Sign-out, by POST."""


def page(route: str, view: View, name: str) -> URLPattern:
    """An address to read, for people who signed in; never cached, since it also answers with fragments."""
    return path(route, _found(never_cache(login_required(require_safe(_storable(view))))), name=name)


def file(route: str, view: View, name: str) -> URLPattern:
    """An address to take a file from, for people who signed in; it may take longer than a page."""
    return path(route, never_cache(login_required(require_safe(_storable(view)))), name=name)


def form_page(route: str, view: View, name: str) -> URLPattern:
    """An address to read and to post the form on it to, for people who signed in."""
    allowed = require_http_methods(["GET", "HEAD", "POST"])(_storable(view))
    return path(route, _found(never_cache(login_required(allowed))), name=name)


def action(route: str, view: View, name: str) -> URLPattern:
    """An address that changes something, for people who signed in."""
    return path(route, login_required(require_POST(_storable(view))), name=name)


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
