"""A campaign of a hosted rater over an imported run, with its workers in this process."""

import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from evalhub.models import Campaign, Job, WorkUnit
from evalhub.pipeline.advance import advance
from evalhub.pipeline.execute import execute
from evalhub.services.campaigns import campaign_start
from evalhub.services.spec_inputs.load import inputs_import
from evalhub.services.workspaces import workspace_default
from evalhub.spec.load import load_spec

DEPTH = 10


def write_spec(folder: Path, base_url: str, n_pairs: int, name: str = "nightly", **rater: object) -> Path:
    """A spec of one imported run with so many pairs, ten a query."""
    ids = range(n_pairs)
    rows = {
        "corpus.jsonl": [{"_id": f"d{n}", "text": f"document {n}"} for n in ids],
        "queries.jsonl": [{"_id": f"q{n}", "text": f"query {n}"} for n in range(n_pairs // DEPTH)],
    }
    for file, lines in rows.items():
        (folder / file).write_text("".join(json.dumps(line) + "\n" for line in lines))
    hits = (f"q{n // DEPTH} Q0 d{n} {n % DEPTH + 1} {DEPTH - n % DEPTH} t\n" for n in ids)
    (folder / f"{name}.trec").write_text("".join(hits))
    judge = {"name": "judge", "kind": "hosted", "model": "m", "base_url": base_url, **rater}
    body = {
        "name": name,
        "corpus": {"name": "c", "path": "corpus.jsonl"},
        "queries": {"name": "q", "path": "queries.jsonl"},
        "systems": [{"name": name, "run": f"{name}.trec"}],
        "raters": [judge],
        "cutoff": DEPTH,
    }
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(body))
    return path


def start_campaign(path: Path) -> Campaign:
    """Import what a spec names and start it."""
    spec = load_spec(path)
    inputs = inputs_import(workspace_default(), spec, clock=timezone.now)
    return campaign_start(workspace_default(), spec, inputs, user=None, now=timezone.now())


def work(n_rounds: int = 1000) -> int:
    """Do what there is to do, without waiting for delays; returns how many rounds it took."""
    for n in range(n_rounds):
        for key in Job.objects.filter(state__in=["waiting", "running"]).values_list("pk", flat=True):
            advance(key, now=timezone.now())
        units = WorkUnit.objects.filter(state="free", job__state="running")
        units.update(available_at=timezone.now())
        keys = list(units.values_list("pk", flat=True))
        if not keys:
            return n
        for key in keys:
            execute(key)
    return n_rounds


def dump() -> str:
    """All that the database holds, as text."""
    from django.apps import apps

    models = apps.get_app_config("evalhub").get_models()
    rows: list[Any] = [row for model in models for row in model.objects.values()]
    return json.dumps(rows, default=str)
