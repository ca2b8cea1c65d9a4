"""What people do about the next version of a rater."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from evalhub.core.errors import UserError
from evalhub.dashboard.loop.pages import Subject, subject_of
from evalhub.dashboard.numbers import whole_number
from evalhub.services.next_version import beside_start, next_version_start
from evalhub.services.previews import N_PAIRS, PreviewAsked, UnableToPreview, preview_start
from evalhub.services.rater_lifecycle import rater_promote


def train(request: HttpRequest, rater_id: int, number: int) -> HttpResponse:
    """Train the next version, or a local rater beside one that is not trained here."""
    subject = subject_of(request, rater_id, number)
    if subject.source is None:
        messages.error(request, "No campaign by this rater is done yet, so it is not known on which labels.")
        return _back(subject)
    try:
        if request.POST.get("beside"):
            beside_start(subject.version, subject.source, now=timezone.now())
        else:
            user = _user(request)
            next_version_start(subject.version, subject.source, user=user, now=timezone.now())
    except UserError as error:
        messages.error(request, str(error))
    return redirect(f"{_address(subject)}?queries={subject.source.collection.pk}")


def preview(request: HttpRequest, rater_id: int, number: int) -> HttpResponse:
    """Have a sample of past pairs rated by the candidate."""
    subject = subject_of(request, rater_id, number)
    if subject.candidate is None:
        return _back(subject)
    try:
        asked = PreviewAsked(
            subject.version,
            subject.candidate,
            n_pairs=whole_number(request.POST.get("pairs")) or N_PAIRS,
            budget_usd=_budget(request.POST.get("budget", "")),
        )
        preview_start(asked, user=_user(request), now=timezone.now())
    except UserError as error:
        messages.error(request, str(error))
    return _back(subject)


def adopt(request: HttpRequest, rater_id: int, number: int) -> HttpResponse:
    """Make the bare name mean the candidate, or the present version again."""
    subject = subject_of(request, rater_id, number)
    if subject.candidate is None:
        return _back(subject)
    chosen = subject.version if request.POST.get("undo") else subject.candidate
    try:
        rater_promote(chosen, user=_user(request), now=timezone.now())
        name = chosen.rater.name
        messages.success(
            request, f"{name} means {name}@{chosen.number} in new campaigns; past ones stay as they are."
        )
    except UserError as error:
        messages.error(request, str(error))
    return _back(subject)


def _back(subject: Subject) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{_address(subject)}?{subject.question}")


def _address(subject: Subject) -> str:
    return reverse("rater-next", args=[subject.version.rater_id, subject.version.number])


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _budget(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip()) if text.strip() else None
    except InvalidOperation as error:
        raise UnableToPreview("budget", f'"{text}" is no amount; write US dollars, such as 0.50') from error
    if found is not None and not found.is_finite():
        raise UnableToPreview("budget", f'"{text}" is no amount; write US dollars, such as 0.50')
    return found
