"""Counts for Prometheus, of the whole installation; no names, so that no token is needed."""

from collections.abc import Iterator

from django.db.models import Count, Model
from django.http import HttpRequest, HttpResponse

from evalhub.models import Campaign, Job, WorkUnit

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics(request: HttpRequest) -> HttpResponse:
    """Campaigns, jobs and work units by state; a state that nothing is in counts 0."""
    lines = [
        *_by_state("evalhub_campaigns", "Campaigns by state.", Campaign, Campaign.State.values),
        *_by_state("evalhub_jobs", "Jobs by state.", Job, Job.State.values),
        *_by_state("evalhub_work_units", "Work units by state.", WorkUnit, WorkUnit.State.values),
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=CONTENT_TYPE)


def _by_state(name: str, text: str, model: type[Model], states: list[str]) -> Iterator[str]:
    rows = model._default_manager.values_list("state").annotate(n=Count("pk")).order_by()
    counts = dict.fromkeys(states, 0) | dict(rows)
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} gauge"
    for state, count in counts.items():
        yield f'{name}{{state="{state}"}} {count}'
