"""The passport of a rater version, with what decides whether new campaigns use it."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from evalhub.core.errors import UserError
from evalhub.dashboard.inputs.finding import version_or_404
from evalhub.models import RaterVersion
from evalhub.selectors.agreement.graders import Grader
from evalhub.selectors.inputs.passport import passport_of
from evalhub.services.rater_lifecycle import meaning_of, rater_promote, rater_retire, rater_unretire

DECISIONS: dict[str, Callable[..., Any]] = {
    "promote": rater_promote,
    "retire": rater_retire,
    "bring-back": rater_unretire,
}


def passport(request: HttpRequest, rater_id: int, number: int) -> HttpResponse:
    """All there is to know before relying on a version."""
    version = version_or_404(request, rater_id, number)
    found = passport_of(version)
    context = {
        "passport": found,
        "per_s": 1 / found.latency_s if found.latency_s else None,
        "learnt": [(name.replace("_", " "), value) for name, value in found.training.items()],
        "version": version,
        "key": Grader(version).key,
        "means": meaning_of(version.rater),
        "now": timezone.now(),
    }
    return render(request, "dashboard/agreement/passport.html", context)


def decide(request: HttpRequest, rater_id: int, number: int, name: str) -> HttpResponse:
    """Promote a version, retire it, or bring it back."""
    version = version_or_404(request, rater_id, number)
    if name not in DECISIONS:
        raise Http404(f"a version can be told to: {', '.join(DECISIONS)}")
    try:
        DECISIONS[name](version, user=cast(User, request.user), now=timezone.now())
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _said(version))
    return redirect("rater-passport", rater_id, number)


def _said(version: RaterVersion) -> str:
    version.rater.refresh_from_db()
    meant = meaning_of(version.rater)
    if meant is None:
        return f"Every version of {version.rater.name} is retired: its name alone means none now."
    return f"The name {version.rater.name} means version {meant.number} in new campaigns. Past ones stay."
