"""A workspace with a corpus, queries and gold labels; tokens; counts of all rows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from evalhub import conf
from evalhub.formats.source import Source
from evalhub.models import Corpus, QueryCollection, System, Workspace
from evalhub.services.gold import gold_import
from evalhub.services.queries import queries_import
from evalhub.services.snapshots import snapshot_import
from evalhub.services.systems import system_of_run
from evalhub.services.tokens import token_create
from evalhub.services.workspaces import workspace_default
from tests.api.schema_check import CheckedClient
from tests.people import person

API = "/api/v1"

DOCUMENTS = [{"_id": f"d{n}", "title": f"title {n}", "text": f"text {n}"} for n in range(1, 6)]
QUERIES = [{"_id": "q1", "text": "one"}, {"_id": "q2", "text": "two", "tags": ["head"]}]
QRELS = "q1 0 d1 2\nq1 0 d2 0\nq2 0 d3 1\n"
RUN = "q1 Q0 d1 1 9.5 t\nq1 Q0 d4 2 9 t\nq2 Q0 d3 1 7 t\n"

Json = dict[str, Any]
Count = Callable[[], dict[str, int]]


def jsonl(rows: list[dict[str, Any]]) -> bytes:
    """Rows as a JSONL file."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def form_file(content: bytes, name: str = "file.jsonl") -> SimpleUploadedFile:
    """A file of a multipart form."""
    return SimpleUploadedFile(name, content)


def spec(**changes: Any) -> Json:
    """A campaign of an uploaded run by people's grades."""
    asked: Json = {
        "name": "nightly",
        "corpus": {"name": "books"},
        "queries": {"name": "head"},
        "systems": [{"name": "production"}],
        "raters": [{"name": "people", "kind": "gold"}],
        "cutoff": 2,
    }
    return asked | changes


def start(api: CheckedClient, asked: object) -> Any:
    """Ask for a campaign."""
    return api.post(f"{API}/campaigns", asked, format="json")


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    """Keep the files of each test apart."""
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()


@pytest.fixture
def workspace(db: None) -> Workspace:
    return workspace_default()


@pytest.fixture
def client_of() -> Callable[..., CheckedClient]:
    """Make a client with a token of a scope in a workspace."""

    def make(workspace: Workspace, scope: str = "run", role: str = "admin", name: str = "") -> CheckedClient:
        user = person(name or f"{scope}-of-{workspace.slug}", role, workspace)
        client = CheckedClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_create(workspace, user, scope)}")
        return client

    return make


@pytest.fixture
def api(workspace: Workspace, client_of: Callable[..., CheckedClient]) -> CheckedClient:
    """A client that may run."""
    return client_of(workspace)


def make_corpus(workspace: Workspace, folder: Path) -> Corpus:
    """Five documents, d1 to d5."""
    path = folder / "corpus.jsonl"
    path.write_bytes(jsonl(DOCUMENTS))
    return snapshot_import(workspace, "books", Source.at(path), clock=timezone.now).corpus


def make_collection(workspace: Workspace, folder: Path) -> QueryCollection:
    """Two queries with three gold labels."""
    path = folder / "queries.jsonl"
    path.write_bytes(jsonl(QUERIES))
    made = queries_import(workspace, "head", Source.at(path))
    qrels = folder / "qrels.txt"
    qrels.write_text(QRELS)
    return gold_import(made, Source.at(qrels))


def make_production(workspace: Workspace, folder: Path) -> System:
    """A run as it is after its upload."""
    path = folder / "prod.trec"
    path.write_text(RUN)
    return system_of_run(workspace, "production", Source(path.name, path))


@pytest.fixture
def corpus(workspace: Workspace, tmp_path: Path) -> Corpus:
    return make_corpus(workspace, tmp_path)


@pytest.fixture
def collection(workspace: Workspace, tmp_path: Path) -> QueryCollection:
    return make_collection(workspace, tmp_path)


@pytest.fixture
def production(workspace: Workspace, corpus: Corpus, collection: QueryCollection, tmp_path: Path) -> System:
    return make_production(workspace, tmp_path)


@pytest.fixture
def count_rows(db: None) -> Count:
    """Count the rows of every table of EvalHub, and the files in the folder of uploads."""

    def count() -> dict[str, int]:
        counts = {
            model.__name__: model.objects.count() for model in apps.get_app_config("evalhub").get_models()
        }
        return counts | {"uploads": len(list(conf.uploads_folder().iterdir()))}

    return count
