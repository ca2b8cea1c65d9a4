"""Pages of embedding models: the chooser, and a card."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from evalhub.dashboard.access import HtmxRequest, template_for, workspace_of
from evalhub.dashboard.numbers import whole_number
from evalhub.models import EmbeddingModel
from evalhub.selectors.inputs.model_choice import Wish, model_choice
from evalhub.selectors.inputs.models import ModelDetail, catalogue_card, model_detail
from indexing.catalogue import REGISTERED

MAX_WISH_CHARACTERS = 40

# What a card may know, in the order it is shown, and what that means.
FACTS = {
    "licence": "Licence",
    "languages": "Languages",
    "domain": "Made for",
    "dimension": "Dimensions",
    "matryoshka": "Can be cut to",
    "max_tokens": "Reads, in tokens",
    "trained_tokens": "Trained on, in tokens",
    "parameters": "Parameters",
}


def models(request: HtmxRequest) -> HttpResponse:
    """The embedding models, those that fit what is wished, with what a corpus's profile says of them."""
    given = request.GET.dict()
    corpus_id = whole_number(given.get("corpus"))
    found = model_choice(workspace_of(request), wish_of(given), corpus_id, now=timezone.now())
    template = template_for(request, "inputs/models", "inputs/_models")
    return render(request, template, {"choice": found})


def model(request: HttpRequest, model_id: int) -> HttpResponse:
    """One model that a campaign used."""
    found = get_object_or_404(EmbeddingModel, workspace=workspace_of(request), pk=model_id)
    return _card(request, model_detail(found))


def known_model(request: HttpRequest, name: str) -> HttpResponse:
    """A model that is known by name and that no campaign has used."""
    if name not in REGISTERED:
        raise Http404(f"models known by name are {', '.join(REGISTERED)}")
    return _card(request, ModelDetail(name, None, catalogue_card(name), [], []))


def wish_of(given: Mapping[str, str]) -> Wish:
    """What an address asks for; what it does not know does not matter."""
    return Wish(
        language=given.get("language", "")[:MAX_WISH_CHARACTERS],
        licence=given.get("licence", "")[:MAX_WISH_CHARACTERS],
        tokens=whole_number(given.get("tokens")),
        dimension=whole_number(given.get("dimension")),
        parameters_m=whole_number(given.get("parameters")),
    )


def _card(request: HttpRequest, detail: ModelDetail) -> HttpResponse:
    rows = [(label, name, detail.card.facts.get(name)) for name, label in FACTS.items()]
    context = {"detail": detail, "facts": rows, "now": timezone.now()}
    return render(request, "dashboard/inputs/model.html", context)
