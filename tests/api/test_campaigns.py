"""Starting, listing and steering campaigns."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evalhub.models import Campaign, Corpus, EmbeddingModel, Job, QueryCollection, Rater, System
from tests.api.conftest import API, form_file, spec, start
from tests.api.schema_check import CheckedClient


def test_a_campaign_over_what_was_uploaded(api: CheckedClient, production: System) -> None:
    gate = [{"system": "production", "measure": "PWAS@2", "minimum": 0.5}]
    response = start(api, spec(gate=gate, budget={"cost_usd": 5.0}))
    assert response.status_code == 201
    body = response.json()
    assert response["Location"] == body["links"]["self"] == f"http://testserver{API}/campaigns/{body['id']}"
    assert (body["state"], body["share_done"], body["created_by"]) == ("running", 0.0, "run-of-default")
    assert (body["corpus"]["name"], body["corpus"]["snapshot"]) == ("books", 1)
    assert (body["queries"]["version"], body["queries"]["gold_version"]) == (1, 1)
    assert body["systems"] == [{"id": production.pk, "name": "production", "kind": "run"}]
    assert [(rater["name"], rater["kind"]) for rater in body["raters"]] == [("people", "gold")]
    assert (body["cutoff"], body["depth"], body["weights"], body["budget_usd"]) == (2, 2, "log2", 5.0)
    assert [job["kind"] for job in body["jobs"]] == ["retrieve", "rate", "score"]
    assert api.get(response["Location"]).json() == body
    for name in ("results", "gate", "queries"):
        assert api.get(body["links"][name]).status_code == 200
    assert body["links"]["page"] == f"http://testserver/campaigns/{body['id']}/"


def test_a_look_reads_no_more_for_more_systems_and_raters(
    api: CheckedClient, production: System, django_assert_num_queries: Any
) -> None:
    few = start(api, spec()).json()["links"]["self"]
    judge = {"name": "judge", "kind": "hosted", "model": "m", "prompt": "binary-relevance"}
    index = {"name": "a", "embedding_model": "wordllama", "index": {"kind": "exact", "dimension": 64}}
    raters = [{"name": "people", "kind": "gold"}, judge]
    body = start(api, spec(systems=[{"name": "production"}, index], raters=raters)).json()
    assert (len(body["systems"]), len(body["raters"])) == (2, 2)
    with CaptureQueriesContext(connection) as asked:
        api.get(few)
    with django_assert_num_queries(len(asked)):
        assert api.get(body["links"]["self"]).json() == body


def test_tags_are_stored_shown_and_filtered_by(api: CheckedClient, production: System) -> None:
    body = start(api, spec(name="first", tags=["release 2", "nightly", "nightly"])).json()
    assert body["tags"] == ["nightly", "release 2"]
    assert start(api, spec(name="second")).json()["tags"] == []
    listed = api.get(f"{API}/campaigns?tag=nightly").json()["results"]
    assert [(row["name"], row["tags"]) for row in listed] == [("first", ["nightly", "release 2"])]
    refused = start(api, spec(tags=["a,b"]))
    assert refused.status_code == 400
    assert "a comma in a tag" in refused.content.decode()
    assert Campaign.objects.count() == 2


def test_ids_do_as_well_as_names(api: CheckedClient, production: System, collection: QueryCollection) -> None:
    first = start(api, spec())
    asked = spec(
        corpus={"id": Corpus.objects.get().pk},
        queries={"id": collection.pk},
        systems=[{"id": production.pk}],
        raters=[{"id": Rater.objects.get().pk}],
    )
    response = start(api, asked)
    assert response.status_code == 201
    assert [job["id"] for job in response.json()["jobs"]] == [job["id"] for job in first.json()["jobs"]]


def test_an_embedding_model_is_named_or_given_by_its_id(
    api: CheckedClient, corpus: Corpus, collection: QueryCollection
) -> None:
    systems = [{"name": "a", "embedding_model": "wordllama", "index": {"kind": "exact", "dimension": 64}}]
    first = start(api, spec(systems=systems))
    assert first.status_code == 201
    model = EmbeddingModel.objects.get()
    again = start(api, spec(systems=[{**systems[0], "embedding_model": model.pk}]))
    assert again.json()["systems"] == first.json()["systems"]
    shown = api.get(f"{API}/systems/{first.json()['systems'][0]['id']}").json()
    assert shown["embedding_model"]["id"] == model.pk
    assert (shown["index"]["dimension"], shown["run_name"]) == (64, "")
    assert [row["name"] for row in api.get(f"{API}/embedding-models").json()["results"]] == ["wordllama"]


def test_a_system_of_an_index_can_be_had_again_by_its_id(
    api: CheckedClient, corpus: Corpus, collection: QueryCollection
) -> None:
    first = start(api, spec(systems=[{"name": "a", "embedding_model": "wordllama"}])).json()
    again = start(api, spec(systems=[{"id": first["systems"][0]["id"]}])).json()
    assert again["systems"] == first["systems"]


def test_a_name_alone_is_the_newest_upload_of_that_name(api: CheckedClient, production: System) -> None:
    fields = {"name": "production", "corpus": "books", "collection": "head"}
    newer = api.post(f"{API}/systems", {**fields, "file": form_file(b"q1 Q0 d5 1 1 t\n", "new.trec")})
    assert start(api, spec()).json()["systems"][0]["id"] == newer.json()["id"]
    older = start(api, spec(systems=[{"id": production.pk}]))
    assert older.json()["systems"][0]["id"] == production.pk


def test_a_rater_is_named_once_it_is_registered(api: CheckedClient, production: System) -> None:
    start(api, spec())
    assert start(api, spec(raters=[{"name": "people"}])).status_code == 201
    (row,) = api.get(f"{API}/raters").json()["results"]
    assert (row["name"], row["version"]["kind"], row["version"]["max_grade"]) == ("people", "gold", 2)


def test_pausing_resuming_cancelling_and_retrying(api: CheckedClient, production: System) -> None:
    address = start(api, spec())["Location"]
    for action, state in (
        ("pause", "paused"),
        ("resume", "running"),
        ("cancel", "cancelled"),
        ("retry", "running"),
    ):
        response = api.post(f"{address}/{action}")
        assert (response.status_code, response.json()["state"]) == (200, state)
    assert {job["state"] for job in response.json()["jobs"]} == {"waiting"}


@pytest.mark.parametrize(
    ("state", "action", "allowed"),
    [("running", "resume", "there is nothing to resume or retry")]
    + [("done", action, "") for action in ("cancel", "pause", "resume", "retry")]
    + [("failed", action, "only a running or paused one can stop") for action in ("cancel", "pause")],
)
def test_what_the_state_does_not_allow_is_409(
    api: CheckedClient, production: System, state: str, action: str, allowed: str
) -> None:
    key = start(api, spec()).json()["id"]
    Campaign.objects.filter(pk=key).update(state=state)
    response = api.post(f"{API}/campaigns/{key}/{action}")
    assert (response.status_code, response.json()["type"]) == (409, "urn:evalhub:problem:conflict")
    assert response.json()["detail"].startswith(f"campaign {key} is {state}; ")
    assert allowed in response.json()["detail"]


def test_campaigns_are_filtered_and_paged_in_a_total_order(api: CheckedClient, production: System) -> None:
    keys = [start(api, spec(name=f"c{n % 2}")).json()["id"] for n in range(7)]
    Campaign.objects.filter(pk=keys[2]).update(state="done")
    Job.objects.update(state="done")

    def listed(query: str) -> list[int]:
        found: list[int] = []
        address: str | None = f"{API}/campaigns?{query}"
        while address:
            page = api.get(address).json()
            found += [row["id"] for row in page["results"]]
            address = page["next"]
        return found

    assert listed("page_size=2") == keys[::-1]
    assert listed("state=done") == [keys[2]]
    assert listed("name=c1&page_size=1") == [keys[5], keys[3], keys[1]]
    assert listed("name=c1&state=done") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=finished", "state"),
        ("sate=done", "sate"),
        ("page_size=0", "page_size"),
        ("page_size=501", "page_size"),
        ("page_size=x", "page_size"),
        ("cursor=nonsense", "cursor"),
        ("cursor=cD1hYmM=", "cursor"),  # a cursor at the position "abc"
    ],
)
def test_a_list_says_what_it_cannot_do(api: CheckedClient, db: None, query: str, field: str) -> None:
    response = api.get(f"{API}/campaigns?{query}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field


def test_going_on_with_another_budget(api: CheckedClient, production: System) -> None:
    started = start(api, spec(budget={"cost_usd": 5.0})).json()
    address = f"{API}/campaigns/{started['id']}"
    api.post(f"{address}/pause")
    wrong = api.post(f"{address}/resume", {"budget": 7}, format="json")
    assert wrong.status_code == 400
    assert "budget_usd" in str(wrong.json()["errors"][0])
    assert api.post(f"{address}/resume", {"budget_usd": 7}, format="json").json()["budget_usd"] == 7.0


def test_an_estimate_starts_nothing(api: CheckedClient, production: System) -> None:
    body = api.post(f"{API}/campaigns/estimate", spec(), format="json").json()
    # Two queries, two documents each.
    assert [(row["rater"], row["pairs_low"], row["pairs_high"]) for row in body["raters"]] == [
        ("people", 4, 4)
    ]
    assert api.get(f"{API}/campaigns").json()["results"] == []
