"""The page of spend, and the prices that it is reckoned by."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from evalhub.dashboard.access import workspace_of
from evalhub.selectors.inputs.spend import spend as ledger
from evalhub.services.prices import MAX_USD, price_set

MAX_MODEL_CHARACTERS = 500


def spend(request: HttpRequest) -> HttpResponse:
    """What was spent and saved: in all, by month, by rater version, by campaign; and the prices."""
    found = ledger(workspace_of(request), request.GET.get("page"))
    return render(request, "dashboard/inputs/spend.html", {"spend": found, "now": timezone.now()})


def price(request: HttpRequest) -> HttpResponse:
    """Set the price of a model; judgments keep what they cost when they were made."""
    model = request.POST.get("model", "").strip()
    prices = [_usd(request.POST.get(name, "")) for name in ("input", "output")]
    if not model or len(model) > MAX_MODEL_CHARACTERS or not model.isprintable():
        messages.error(request, "Write the model as its provider names it, in at most 500 characters.")
    elif prices[0] is None or prices[1] is None:
        messages.error(request, "Write both prices as US dollars for 1,000,000 tokens, such as 0.15.")
    else:
        price_set(workspace_of(request), model, input_usd=prices[0], output_usd=prices[1])
        messages.success(request, f"The price of {model} is set; grades given before keep what they cost.")
    return redirect("spend")


def _usd(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= MAX_USD else None
