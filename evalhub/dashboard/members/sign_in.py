"""Sign-in and sign-out; failures are counted, and all of it is written down."""

from datetime import timedelta
from functools import cached_property
from http import HTTPStatus
from math import ceil
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from evalhub import conf
from evalhub.models import AuditEvent, Workspace
from evalhub.services.addresses import client_address
from evalhub.services.audit import Doer, audit
from evalhub.services.lockout import Limit, attempt, sign_in_limits, succeeded, wait_in_words

UNKNOWN = "(unknown name)"
"""A name that nobody has is not written down: it may be a password in the wrong field."""


class SignIn(LoginView):
    """Sign-in by name and password."""

    template_name = "dashboard/sign_in.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; a fragment that lands here after its session ended has the whole page ask again."""
        if request.headers.get("HX-Request"):
            return HttpResponseClientRefresh()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let in who knows the password, unless too many tries went before."""
        wait = attempt(self._limits, now=timezone.now())
        return self._refused(wait) if wait else super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer the provider of identities where there is one."""
        return super().get_context_data(**kwargs) | {"oidc": conf.oidc()}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Forget the failures."""
        succeeded(self._limits)
        answer = super().form_valid(form)
        sign_in_noted(self.request, form.get_user(), "sign-in")
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say that it was wrong, not which half."""
        user = User.objects.filter(username=self._username).first() if "\0" not in self._username else None
        sign_in_noted(self.request, user, "sign-in failed")
        return super().form_invalid(form)

    @cached_property
    def _limits(self) -> list[Limit]:
        return sign_in_limits(self._username, client_address(self.request.META))

    @property
    def _username(self) -> str:
        return self.request.POST.get("username", "")

    def _refused(self, wait: timedelta) -> HttpResponse:
        form = self.get_form_class()(self.request, initial={"username": self._username})
        words = f"Too many failed sign-ins. Try again in {wait_in_words(wait)}."
        context = self.get_context_data(form=form, locked=words)
        answer = self.render_to_response(context, status=HTTPStatus.TOO_MANY_REQUESTS)
        answer["Retry-After"] = str(ceil(wait.total_seconds()))
        return answer


class SignOut(LogoutView):
    """Sign-out, by POST."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session."""
        user = request.user if isinstance(request.user, User) else None
        answer = super().post(request, *args, **kwargs)
        if user is not None:
            sign_in_noted(request, user, "sign-out")
        return answer


def sign_in_noted(request: HttpRequest, user: User | None, action: str) -> None:
    """Write it down in each workspace that the user belongs to; in none where nobody has the name."""
    address = client_address(request.META)
    doer = Doer(AuditEvent.Edge.SIGN_IN, user=user, who="" if user else UNKNOWN, address=address)
    places = Workspace.objects.filter(memberships__user=user) if user else Workspace.objects.none()
    known: list[Workspace | None] = [*places]
    for place in known or [None]:
        audit(place, doer, action, now=timezone.now())
