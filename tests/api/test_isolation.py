"""Nobody sees or touches another workspace: cases are made from the URL map, so new addresses are covered."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from evalhub.api.urls import urlpatterns
from evalhub.formats.source import Source
from evalhub.models import (
    Corpus,
    EmbeddingModel,
    QueryCollection,
    Rater,
    Role,
    System,
    Workspace,
)
from evalhub.selectors.owned import OWNERS
from evalhub.selectors.permissions import ROLE_ALLOWS, role_needed
from evalhub.services.gold import gold_import
from evalhub.services.queries import queries_import
from evalhub.services.snapshots import snapshot_import
from evalhub.services.systems import system_of_run
from tests.api.conftest import API, RUN, Count, Json, form_file, start
from tests.api.every_row import make_every_row
from tests.api.needs import NEEDS, READS
from tests.api.schema_check import UNDESCRIBED, CheckedClient

ClientOf = Callable[..., CheckedClient]


def addresses() -> list[tuple[str, str]]:
    """(method, route) of everything that needs a token."""
    routes = [(pattern, str(pattern.pattern)) for pattern in urlpatterns]
    return [
        (method, route)
        for pattern, route in routes
        if f"api/v1/{route}" not in UNDESCRIBED
        for method in pattern.callback.cls.http_method_names  # type: ignore[attr-defined]  # DRF sets it
        if hasattr(pattern.callback.cls, method)  # type: ignore[attr-defined]
    ]


ALL = addresses()
ONE_ROW = [(method, route) for method, route in ALL if "<" in route]
LISTS = [route for method, route in ALL if "<" not in route and method == "get"]


@pytest.fixture
def keys(
    api: CheckedClient, corpus: Corpus, collection: QueryCollection, production: System
) -> dict[str, int]:
    """A row of ours for every parameter of an address."""
    return make_every_row(api, corpus, collection, production)


@pytest.fixture
def strangers(client_of: ClientOf, db: None) -> dict[str, CheckedClient]:
    """Every role of another workspace, with tokens that could do everything if the role let them."""
    other = Workspace.objects.create(slug="other", name="Other")
    return {role: client_of(other, "admin", role, name=f"other-{role}") for role in Role.values}


@pytest.fixture
def stranger(client_of: ClientOf, db: None) -> CheckedClient:
    """The admin of another workspace."""
    return client_of(Workspace.objects.create(slug="other", name="Other"), "admin")


OF_PEOPLE = {"members", "tokens", "audit"}  # everybody has some of their own
NAMES = {str(pattern.pattern): str(pattern.name) for pattern in urlpatterns}


def needed(method: str, route: str) -> str:
    """The scope by the tables above."""
    return READS.get(NAMES[route], "read") if method == "get" else NEEDS[NAMES[route]]


def read_scope(route: str) -> str:
    """The scope that reading needs."""
    return needed("get", route)


@pytest.mark.parametrize(("method", "route"), ALL)
def test_a_role_may_do_what_the_matrix_says_and_nothing_else(
    client_of: ClientOf,
    workspace: Workspace,
    keys: dict[str, int],
    count_rows: Count,
    method: str,
    route: str,
) -> None:
    scope = needed(method, route)
    clients = {role: client_of(workspace, "admin", role, name=f"ours-{role}") for role in Role.values}
    # Last, so that what an admin may delete is there for the others.
    for role in (Role.VIEWER, Role.REVIEWER, Role.ANALYST, Role.ADMIN):
        before = count_rows()
        with transaction.atomic():
            answer = getattr(clients[role], method)(filled(route, keys))
            transaction.set_rollback(True)
        if scope in ROLE_ALLOWS[role]:
            assert answer.status_code not in {401, 403, 500}, role
        else:
            assert answer.status_code == 403, role
            assert f'needs the role "{role_needed(scope)}"' in answer.json()["detail"]
            assert count_rows() == before


def test_every_key_of_an_address_leads_to_a_workspace() -> None:
    named = {name for _, route in ALL for name in re.findall(r"<int:(\w+)>", route)}
    assert named - {"number"} <= OWNERS.keys()


def filled(route: str, keys: dict[str, int]) -> str:
    """An address with our keys in it."""
    return f"{API}/" + re.sub(r"<int:(\w+)>", lambda found: str(keys[found[1]]), route)


def test_the_map_is_read() -> None:
    assert ("post", "campaigns/<int:campaign_id>/cancel") in ONE_ROW
    assert "campaigns" in LISTS


@pytest.mark.parametrize(("method", "route"), ONE_ROW)
def test_no_role_elsewhere_finds_anything_at_our_addresses(
    strangers: dict[str, CheckedClient], keys: dict[str, int], count_rows: Count, method: str, route: str
) -> None:
    before = count_rows()
    for role, stranger in strangers.items():
        response = getattr(stranger, method)(filled(route, keys))
        missing = getattr(stranger, method)(filled(route, dict.fromkeys(keys, 10**9)))
        assert response.status_code == missing.status_code == 404, role
        assert response.content == missing.content
    assert count_rows() == before


@pytest.mark.parametrize("route", LISTS)
def test_lists_of_no_role_elsewhere_hold_anything_of_ours(
    strangers: dict[str, CheckedClient],
    client_of: ClientOf,
    workspace: Workspace,
    keys: dict[str, int],
    route: str,
) -> None:
    ours = client_of(workspace, "admin").get(f"{API}/{route}").json()["results"]
    assert ours
    for role, stranger in strangers.items():
        answer = stranger.get(f"{API}/{route}")
        if answer.status_code == 403:
            assert read_scope(route) not in ROLE_ALLOWS[role]
            continue
        theirs = answer.json()["results"]
        assert theirs == [] if route not in OF_PEOPLE else not [one for one in theirs if one in ours]


@pytest.mark.parametrize("route", LISTS)
def test_every_list_comes_whole_as_json_lines(
    client_of: ClientOf, workspace: Workspace, keys: dict[str, int], route: str
) -> None:
    answer = client_of(workspace, "admin").get(f"{API}/{route}", headers={"Accept": "application/x-ndjson"})
    if answer.status_code == 406:  # some are short enough to have no other form
        assert route in {"disagreements", "spend"}
        return
    assert answer.status_code == 200
    assert all(json.loads(line) for line in b"".join(answer.streaming_content).splitlines())


@pytest.mark.parametrize(("method", "route"), ALL)
def test_without_a_token_there_is_nothing_but_401(db: None, method: str, route: str) -> None:
    keys = dict.fromkeys(re.findall(r"<int:(\w+)>", route), 1)
    response = getattr(CheckedClient(), method)(filled(route, keys))
    assert response.status_code == 401


@pytest.mark.parametrize(("method", "route"), [case for case in ALL if case[0] != "get"])
def test_a_token_that_only_reads_changes_nothing(
    client_of: ClientOf,
    workspace: Workspace,
    keys: dict[str, int],
    count_rows: Count,
    method: str,
    route: str,
) -> None:
    reader = client_of(workspace, "read")
    before = count_rows()
    assert getattr(reader, method)(filled(route, keys)).status_code == 403
    assert count_rows() == before


def references(keys: dict[str, int]) -> list[tuple[str, dict[str, Any]]]:
    """Requests of a stranger that name our rows."""
    run = {"name": "production", "file": form_file(RUN.encode())}
    gold = {"file": form_file(b"q1 0 d1 1\n")}
    by_id = {"corpus": str(keys["corpus_id"]), "collection": str(keys["collection_id"])}
    return [
        ("gold-labels", {**gold, "collection": "head"}),
        ("gold-labels", {**gold, "collection": by_id["collection"]}),
        ("judgments", {**gold, "rater": "theirs", "collection": "head"}),
        ("judgments/table", {**gold, "collection": by_id["collection"]}),
        ("systems", {**run, "corpus": "books", "collection": "head"}),
        ("systems", {**run, **by_id}),
    ]


@pytest.mark.parametrize("number", range(6))
def test_a_stranger_cannot_name_our_rows_with_a_file(
    stranger: CheckedClient, keys: dict[str, int], count_rows: Count, number: int
) -> None:
    before = count_rows()
    address, fields = references(keys)[number]
    response = stranger.post(f"{API}/{address}", fields)
    assert response.status_code == 400
    assert response.json()["errors"][0]["remedy"] == "There is none yet."
    assert count_rows() == before


@pytest.mark.parametrize("key", ["corpus", "queries", "systems", "raters"])
@pytest.mark.parametrize("by_id", [False, True])
def test_a_stranger_cannot_name_our_rows_in_a_spec(
    stranger: CheckedClient, keys: dict[str, int], count_rows: Count, tmp_path: Path, key: str, by_id: bool
) -> None:
    """All other parts are the stranger's own."""
    own = own_inputs(tmp_path)
    ours: Json = {
        "corpus": {"id": keys["corpus_id"]} if by_id else {"name": "books"},
        "queries": {"id": keys["collection_id"]} if by_id else {"name": "head"},
        "systems": [{"id": keys["system_id"]} if by_id else {"name": "production"}],
        "raters": [{"id": Rater.objects.get().pk} if by_id else {"name": "people"}],
    }
    before = count_rows()
    response = start(stranger, {**own, key: ours[key]})
    assert response.status_code == 400
    text = response.content.decode()
    hidden = {"books", "head", "production", "people"} - set(re.findall(r"[a-z]+", str(ours[key])))
    assert not [name for name in hidden if name in text]
    assert count_rows() == before


def test_a_stranger_cannot_use_our_embedding_model_by_its_id(
    stranger: CheckedClient, keys: dict[str, int], tmp_path: Path
) -> None:
    model = EmbeddingModel.objects.get().pk
    for reference in (model, str(model)):
        systems = [{"name": "x", "embedding_model": reference}]
        assert start(stranger, {**own_inputs(tmp_path), "systems": systems}).status_code == 400


def own_inputs(tmp_path: Path) -> Json:
    """Import the least a campaign of the stranger needs; returns its spec."""
    workspace = Workspace.objects.get(slug="other")

    def written(text: str) -> Source:
        path = tmp_path / "theirs"
        path.write_text(text)
        return Source("theirs", path)

    snapshot_import(workspace, "c", written('{"_id": "d1", "text": "t"}\n'), clock=timezone.now)
    collection = queries_import(workspace, "q", written('{"_id": "q1", "text": "t"}\n'))
    gold_import(collection, written("q1 0 d1 1\n"))
    system_of_run(workspace, "r", written("q1 Q0 d1 1 1 t\n"))
    return {
        "name": "theirs",
        "corpus": {"name": "c"},
        "queries": {"name": "q"},
        "systems": [{"name": "r"}],
        "raters": [{"name": "gold", "kind": "gold"}],
        "cutoff": 1,
    }


def test_what_a_stranger_made_is_enough_for_a_campaign(stranger: CheckedClient, tmp_path: Path) -> None:
    assert start(stranger, own_inputs(tmp_path)).status_code == 201
