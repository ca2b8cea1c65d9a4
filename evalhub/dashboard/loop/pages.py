"""The next version of a rater: train it, hold it against the present one, see what would flip, adopt it."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from evalhub.core.errors import UserError
from evalhub.dashboard.access import HtmxRequest, polling_status, template_for, workspace_of
from evalhub.dashboard.inputs.finding import version_or_404
from evalhub.dashboard.numbers import whole_number
from evalhub.models import Campaign, RaterVersion
from evalhub.selectors.campaign_parts import campaign_raters
from evalhub.selectors.labelled_pairs import GoldSource
from evalhub.selectors.loop.held_out import SHOWN, held_out
from evalhub.selectors.loop.previews import differences, preview_price, preview_state, previews_of, scores
from evalhub.selectors.loop.readiness import PART_NAMES, readiness
from evalhub.selectors.loop.subject import candidates, chosen_source, labelled_sources, trainings
from evalhub.services.previews import CAN_NOT, MAX_PAIRS, N_PAIRS
from evalhub.services.rater_lifecycle import meaning_of
from raters.tuning.settings import KINDS


@dataclass
class Subject:
    """The version, the candidate and the labels that an address names; labels are read when asked for."""

    version: RaterVersion
    candidates: list[RaterVersion]
    candidate: RaterVersion | None
    queries: int | None

    @cached_property
    def sources(self) -> list[GoldSource]:
        """What could be learnt from."""
        return labelled_sources(self.version)

    @cached_property
    def source(self) -> GoldSource | None:
        """What is learnt from."""
        return chosen_source(self.sources, self.queries)

    @property
    def question(self) -> str:
        """What an address of this subject says after the "?"."""
        named = {"with": self.candidate.pk if self.candidate else None, "queries": self.queries}
        return urlencode({key: value for key, value in named.items() if value})


def subject_of(request: HttpRequest, rater_id: int, number: int) -> Subject:
    """What a request is about.

    Raises:
        Http404: there is no such version, or no such candidate.
    """
    version = version_or_404(request, rater_id, number)
    given = request.POST or request.GET
    offered, asked = candidates(version), whole_number(given.get("with"))
    found = next((one for one in offered if one.pk == asked), None)
    if asked is not None and found is None:
        raise Http404("there is no such candidate; it may be retired")
    queries = whole_number(given.get("queries"))
    return Subject(version, offered, found or next(iter(offered), None), queries)


def of_campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Lead from a campaign's review to the next version of its rater: the first one that is trained here."""
    campaign = get_object_or_404(Campaign, workspace=workspace_of(request), pk=campaign_id)
    versions = [row.rater_version for row in campaign_raters(campaign)]
    if not versions:
        raise Http404("the campaign has no rater")
    version = next((one for one in versions if one.kind in KINDS), versions[0])
    address = reverse("rater-next", args=[version.rater_id, version.number])
    return redirect(f"{address}?queries={campaign.collection_id}")


def next_version(request: HtmxRequest, rater_id: int, number: int) -> HttpResponse:
    """Labels, trainings and candidates."""
    subject, now = subject_of(request, rater_id, number), timezone.now()
    found = trainings(subject.version, now=now)
    ready = readiness(subject.version, subject.source) if subject.source else None
    context = {
        "subject": subject,
        "ready": ready,
        "parts": [(name, ready.parts[part]) for part, name in PART_NAMES.items()] if ready else [],
        "trainings": found,
        "learnt": found.learnt_from(subject.source),
        "meaning": meaning_of(subject.version.rater),
        "now": now,
    }
    template = template_for(request, "loop/next", "loop/_train")
    return render(request, template, context, status=polling_status(request, is_moving=found.is_moving))


def held_out_report(request: HtmxRequest, rater_id: int, number: int) -> HttpResponse:
    """The candidate and the present version on queries that neither learnt from."""
    subject = subject_of(request, rater_id, number)
    report, problem = None, ""
    if subject.candidate and subject.source:
        source = subject.source
        try:
            report = held_out(subject.version, subject.candidate, source.collection, source.snapshot)
        except UserError as error:
            problem = str(error)
    figures = [(SHOWN[name], row) for name, row in report.figures.items()] if report else []
    context = {"subject": subject, "report": report, "figures": figures, "problem": problem}
    return render(request, template_for(request, "loop/held_out", "loop/_held_out"), context)


def flips(request: HtmxRequest, rater_id: int, number: int) -> HttpResponse:
    """Which verdicts of past campaigns would flip under the candidate."""
    subject, now = subject_of(request, rater_id, number), timezone.now()
    candidate, state, price, no_preview = subject.candidate, None, None, ""
    if candidate:
        asked = previews_of(subject.version, candidate)
        state = preview_state(asked[0], now=now) if asked else None
        price = preview_price(candidate, N_PAIRS)
        no_preview = CAN_NOT.get(candidate.kind, "")
    done = state.parts if state and state.is_done else []
    context = {
        "subject": subject,
        "state": state,
        "parts": [(part, scores(part), differences(part)) for part in done],
        "price": price,
        "no_preview": no_preview,
        "n_pairs": N_PAIRS,
        "most_pairs": MAX_PAIRS,
        "now": now,
    }
    is_moving = bool(state and not state.is_final)
    template = template_for(request, "loop/flips", "loop/_flips")
    return render(request, template, context, status=polling_status(request, is_moving=is_moving))
