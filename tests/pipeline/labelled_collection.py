"""A corpus, queries and gold labels in the database that a tiny cross-encoder can learn."""

import json
from pathlib import Path

from django.utils import timezone

from evalhub.formats.source import Source
from evalhub.models import QueryCollection, Snapshot, Workspace
from evalhub.selectors.labelled_pairs import GoldSource
from evalhub.services.fine_tuning import FineTuneAsked
from evalhub.services.gold import gold_import
from evalhub.services.queries import queries_import
from evalhub.services.snapshots import snapshot_import
from tests.raters.tuning.labels import labelled_pairs


def import_labelled(workspace: Workspace, folder: Path) -> GoldSource:
    """18 queries with 9 documents each, graded 3 where the document is red, else 0."""
    pairs = labelled_pairs()
    queries = {pair.request.query: f"q{n}" for n, pair in enumerate(pairs)}
    documents = {pair.request.text: f"d{n}" for n, pair in enumerate(pairs)}
    gold = "".join(
        f"{queries[pair.request.query]} 0 {documents[pair.request.text]} {pair.grade}\n" for pair in pairs
    )
    snapshot = snapshot_import(
        workspace, "shop", _source(folder, "corpus.jsonl", _rows(documents)), clock=timezone.now
    )
    collection = queries_import(workspace, "asked", _source(folder, "queries.jsonl", _rows(queries)))
    labelled = gold_import(collection, _source(folder, "qrels.txt", gold), snapshot=snapshot)
    return GoldSource.current(labelled, snapshot)


def asked(source: GoldSource, model: Path, **changes: object) -> FineTuneAsked:
    """A training of a tiny cross-encoder."""
    described = {"name": "ours", "kind": "cross-encoder", "model": str(model), **changes}
    return FineTuneAsked(described, [source], {"epochs": 2, "learning_rate": 0.005})


def collection_of(source: GoldSource) -> tuple[QueryCollection, Snapshot]:
    """What a report needs."""
    return source.collection, source.snapshot


def _rows(texts: dict[str, str]) -> str:
    return "".join(json.dumps({"_id": key, "text": text}) + "\n" for text, key in texts.items())


def _source(folder: Path, name: str, text: str) -> Source:
    (folder / name).write_text(text)
    return Source(name, folder / name)
