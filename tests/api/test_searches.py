"""The search box by REST, held against its pages."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from evalhub.models import GoldLabel, HumanGrade, Search, Workspace
from tests.api.conftest import API
from tests.api.schema_check import CheckedClient
from tests.dashboard.inputs import Inputs, make_inputs
from tests.dashboard.searches import build_indexes, make_search

ClientOf = Callable[..., CheckedClient]
Pair = tuple[Search, Search]


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent to workers, of which there are none."""
    names: list[str] = []
    monkeypatch.setattr("evalhub.dispatch.app.send_task", lambda name, *others, **options: names.append(name))
    return names


@pytest.fixture
def built(workspace: Workspace) -> Inputs:
    inputs = make_inputs()
    build_indexes(inputs.snapshot)
    return inputs


@pytest.fixture
def pair(built: Inputs) -> Pair:
    """Two answers that have the first and the third document in common."""
    found = built.documents
    return (
        make_search(built, built.systems[0], found[0:4]),
        make_search(built, built.systems[1], [found[2], found[9], found[0]]),
    )


@pytest.fixture
def ada(client_of: ClientOf, workspace: Workspace) -> CheckedClient:
    return client_of(workspace, "review")


@pytest.fixture
def signed_in(client: Client, ada: CheckedClient) -> Client:
    client.force_login(User.objects.get(username="review-of-default"))
    return client


def asked(**changes: object) -> dict[str, object]:
    return {"text": "open a file", "corpus": "python-docs", "system": "minilm-256", **changes}


def test_systems_that_can_search_are_those_of_the_form(
    api: CheckedClient, signed_in: Client, built: Inputs
) -> None:
    shown = api.get(f"{API}/corpora/{built.snapshot.corpus_id}/search-systems").json()
    choices = signed_in.get(reverse("search")).context["choices"]
    assert [(one["id"], one["is_built"]) for one in shown["results"]] == [
        (one.system.pk, one.is_built) for one in choices.systems
    ]
    assert any(one["is_built"] for one in shown["results"])


def test_asking_twice_is_one_search(
    api: CheckedClient,
    built: Inputs,
    sent: list[str],
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    name = built.systems[0].name
    first = api.post(f"{API}/searches", asked(system=name), format="json")
    again = api.post(f"{API}/searches", asked(system=str(built.systems[0].pk)), format="json")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"] == Search.objects.get().pk
    assert first["Location"].endswith(f"{API}/searches/{first.json()['id']}")
    open_one = api.get(first["Location"]).json()
    assert (open_one["is_open"], open_one["hits"]) == (True, [])
    Search.objects.update(state=Search.State.DONE)
    assert api.post(f"{API}/searches", asked(system=name), format="json").status_code == 200
    assert [one["id"] for one in api.get(f"{API}/searches").json()["results"]] == [first.json()["id"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"corpus": "python-dcos"}, "corpus"),
        ({"system": "nobody"}, "system"),
        ({"snapshot": 7}, "snapshot"),
        ({"depth": 51}, "depth"),
        ({"k": 1}, "k"),
    ],
)
def test_what_can_not_be_asked_is_named(
    api: CheckedClient, built: Inputs, changes: dict[str, object], field: str
) -> None:
    answer = api.post(f"{API}/searches", asked(**{"system": built.systems[0].name, **changes}), format="json")
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert not Search.objects.exists()


def test_without_an_index_the_remedy_is_told(api: CheckedClient, built: Inputs) -> None:
    built.snapshot.vectorset_set.all().delete()
    answer = api.post(f"{API}/searches", asked(system=built.systems[0].name), format="json")
    assert answer.json()["errors"][0]["field"] == "system"
    assert "start a campaign" in answer.json()["detail"]


def test_side_by_side_as_on_the_page(api: CheckedClient, signed_in: Client, pair: Pair) -> None:
    ids = [search.pk for search in pair]
    shown = api.get(f"{API}/searches/{ids[0]}/beside/{ids[1]}").json()["results"]
    page = signed_in.get(reverse("search-beside", args=ids)).context["result"]
    for listed, on_page in zip(shown, page.lists, strict=True):
        assert listed["search"]["id"] == on_page.search.pk
        assert [(hit["rank"], hit["doc_id"]) for hit in listed["hits"]] == [
            (hit.listed.hit["rank"], hit.listed.hit["doc_id"]) for hit in on_page.hits
        ]
        assert [[(e["system"], e["rank"]) for e in hit["elsewhere"]] for hit in listed["hits"]] == [
            [(e.system, e.rank) for e in hit.listed.elsewhere] for hit in on_page.hits
        ]
    assert [hit["elsewhere"] for hit in shown[1]["hits"]][1] == []
    assert shown[1]["hits"][0]["elsewhere"] == [{"system": pair[0].system.name, "rank": 3}]
    Search.objects.filter(pk=ids[1]).update(text="another")
    assert api.get(f"{API}/searches/{ids[0]}/beside/{ids[1]}").status_code == 404


def test_a_grade_is_gold_and_can_be_taken_back(
    ada: CheckedClient, signed_in: Client, built: Inputs, pair: Pair
) -> None:
    address, doc_id = f"{API}/searches/{pair[0].pk}/grades", built.documents[2].doc_id
    given = ada.post(address, {"doc_id": doc_id, "grade": 2}, format="json")
    assert (given.status_code, given.json()["before"]) == (201, None)
    label = GoldLabel.objects.get(collection__name="search box: python-docs", removed_in=None)
    assert (label.doc_id, label.grade) == (doc_id, 2)
    assert given.json()["collection"] == label.collection.name
    assert HumanGrade.objects.get().screen == HumanGrade.Screen.SEARCH
    hit = ada.get(f"{API}/searches/{pair[0].pk}").json()["hits"][2]
    assert (hit["label"]["grade"], hit["label"]["by"]) == (2, "review-of-default")
    page = signed_in.get(reverse("search-result", args=[pair[0].pk])).context["result"]
    assert page.lists[0].hits[2].label.grade == 2
    taken = ada.delete(f"{address}?doc_id={doc_id}").json()
    assert (taken["grade"], taken["before"]) == (None, 2)
    assert not GoldLabel.objects.filter(collection=label.collection, removed_in=None).exists()


def test_a_grade_that_came_meanwhile_is_not_overwritten(
    ada: CheckedClient, client_of: ClientOf, workspace: Workspace, built: Inputs, pair: Pair
) -> None:
    address, doc_id = f"{API}/searches/{pair[0].pk}/grades", built.documents[2].doc_id
    bob = client_of(workspace, "admin")
    bob.post(address, {"doc_id": doc_id, "grade": 3}, format="json")
    late = ada.post(address, {"doc_id": doc_id, "grade": 1, "seen": None}, format="json")
    assert late.status_code == 409
    assert "admin-of-default graded this 3 meanwhile" in late.json()["detail"]
    seen = ada.post(address, {"doc_id": doc_id, "grade": 1, "seen": 3}, format="json")
    assert (seen.status_code, seen.json()["before"]) == (201, 3)


def test_what_was_not_found_or_is_not_offered_is_refused(
    ada: CheckedClient, api: CheckedClient, built: Inputs, pair: Pair
) -> None:
    address, doc_id = f"{API}/searches/{pair[0].pk}/grades", built.documents[2].doc_id
    missing = ada.post(address, {"doc_id": built.documents[9].doc_id, "grade": 1}, format="json")
    assert missing.json()["errors"][0]["field"] == "doc_id"
    assert ada.post(address, {"doc_id": doc_id, "grade": 4}, format="json").status_code == 400
    assert api.post(address, {"doc_id": doc_id, "grade": 1}, format="json").status_code == 403
    assert not GoldLabel.objects.filter(collection__name__startswith="search box").exists()
