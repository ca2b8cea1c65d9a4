"""Campaigns of a snapshot, queries and labels that are not the newest."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from evalhub.formats.source import Source
from evalhub.models import Campaign, CampaignJob, QueryCollection, Schedule, Snapshot, System, Workspace
from evalhub.services.gold import gold_import
from evalhub.services.queries import queries_import
from evalhub.services.snapshots import snapshot_import
from tests.api.conftest import API, DOCUMENTS, QUERIES, RUN, Json, jsonl, spec, start
from tests.api.schema_check import CheckedClient
from tests.api.workers import work

PINS: Json = {
    "corpus": {"name": "books", "snapshot": 1},
    "queries": {"name": "head", "version": 1, "gold_version": 1},
}


@pytest.fixture
def newer(workspace: Workspace, production: System, tmp_path: Path) -> None:
    """Second states of everything: d3 is gone, q2 asks something else, d1 is worth less to q1."""
    files = {
        "corpus.jsonl": jsonl([row for row in DOCUMENTS if row["_id"] != "d3"]),
        "queries.jsonl": jsonl([QUERIES[0], {"_id": "q2", "text": "another"}]),
        "qrels.txt": b"q1 0 d1 1\nq1 0 d4 1\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    corpus, queries, qrels = (Source.at(tmp_path / name) for name in files)
    snapshot_import(workspace, "books", corpus, clock=timezone.now)
    gold_import(queries_import(workspace, "head", queries), qrels)


def states(campaign: Campaign) -> tuple[int, int, int]:
    return campaign.snapshot.number, campaign.collection_version, campaign.gold_version


def field_of(response: Any) -> tuple[int, str, str]:
    (fault,) = response.json()["errors"]
    return response.status_code, fault["field"], fault["problem"]


def test_the_numbers_that_are_named_are_taken(api: CheckedClient, newer: None) -> None:
    begun = start(api, spec(**PINS))
    assert begun.status_code == 201, begun.content
    work()
    campaign = Campaign.objects.get()
    assert states(campaign) == (1, 1, 1)
    (row,) = api.get(f"{API}/campaigns/{campaign.pk}/results").json()["systems"]
    # q1: d1 2 of 2 at rank 1, d4 unrated; q2: d3 1 of 2. As it would be had nothing newer come.
    assert row["measures"]["PWAS@2"]["n_queries"] == 2
    assert campaign.campaign_raters.get().rater_version.max_grade == 2


def test_it_is_the_campaign_that_was_before_the_newer_ones_came(
    api: CheckedClient, production: System, request: pytest.FixtureRequest
) -> None:
    start(api, spec())
    work()
    request.getfixturevalue("newer")
    start(api, spec(**PINS))
    first, second = Campaign.objects.order_by("pk")
    assert second.state == Campaign.State.DONE  # nothing was left to do
    assert first.score_job == second.score_job
    assert all(CampaignJob.objects.filter(campaign=second).values_list("is_reused", flat=True))


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"corpus": {"name": "books", "snapshot": 3}}, "corpus.snapshot", "has no snapshot 3"),
        ({"corpus": {"name": "books", "snapshot": 0}}, "corpus.snapshot", "at least 1"),
        ({"corpus": {"name": "books", "snapshot": "1"}}, "corpus.snapshot", "a whole number"),
        ({"corpus": {"name": "books", "snapshot": 2**31}}, "corpus.snapshot", "at most"),
        ({"queries": {"name": "head", "version": 3}}, "queries.version", "has no version 3"),
        ({"queries": {"name": "head", "gold_version": 3}}, "queries.gold_version", "gold labels 3"),
    ],
)
def test_a_number_that_is_none_is_refused_by_its_field(
    api: CheckedClient, change: Json, field: str, said: str
) -> None:
    status, named, problem = field_of(start(api, spec(**change)))
    assert (status, named) == (400, field)
    assert said in problem
    assert not Campaign.objects.exists()


def test_numbers_belong_to_their_name_and_workspace(
    api: CheckedClient, newer: None, workspace: Workspace, tmp_path: Path
) -> None:
    """Snapshot 2 is there, of books here; not of toys, nor of the books next door."""
    elsewhere = Workspace.objects.create(name="next door", slug="next-door")
    source = Source.at(tmp_path / "corpus.jsonl")
    snapshot_import(workspace, "toys", source, clock=timezone.now)
    for _ in range(3):
        (tmp_path / "more.jsonl").write_bytes(jsonl(DOCUMENTS[: _ + 1]))
        snapshot_import(elsewhere, "books", Source.at(tmp_path / "more.jsonl"), clock=timezone.now)
    refused = [
        field_of(start(api, spec(corpus={"name": name, "snapshot": number})))[:2]
        for name, number in (("toys", 2), ("books", 3))
    ]
    assert refused == [(400, "corpus.snapshot")] * 2


def test_a_snapshot_that_is_being_imported_is_not_there_yet(api: CheckedClient, newer: None) -> None:
    Snapshot.objects.filter(number=2).update(state=Snapshot.State.IMPORTING)
    pinned = spec(corpus={"name": "books", "snapshot": 2})
    assert field_of(start(api, pinned))[:2] == (400, "corpus.snapshot")


def test_a_number_means_nothing_beside_a_file(api: CheckedClient, production: System) -> None:
    refused = start(api, spec(queries={"name": "head", "qrels": "q.txt", "gold_version": 1}))
    assert refused.status_code == 400
    assert "queries.gold_version" in {fault["field"] for fault in refused.json()["errors"]}


def test_a_schedule_is_pinned_only_if_its_own_spec_is(
    api: CheckedClient, newer: None, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "third.jsonl").write_bytes(jsonl([*DOCUMENTS, {"_id": "d6", "text": "t"}]))
    snapshot_import(workspace, "books", Source.at(tmp_path / "third.jsonl"), clock=timezone.now)
    campaign = start(api, spec(**PINS)).json()["id"]
    given = {"name": "from it", "cron": "30 2 * * *", "time_zone": "UTC"}
    made = api.post(f"{API}/schedules", {**given, "campaign": campaign}, format="json")
    assert made.status_code == 201, made.content
    told = api.post(f"{API}/schedules", {**given, "name": "told", "spec": spec(**PINS)}, format="json")
    assert told.status_code == 201, told.content
    kept = {one.name: (one.spec["corpus"], one.spec["queries"]) for one in Schedule.objects.all()}
    assert kept["from it"] == ({"name": "books"}, {"name": "head"})
    assert kept["told"] == (PINS["corpus"], PINS["queries"])


@pytest.mark.parametrize(
    ("pins", "status"), [({}, 400), ({"snapshot": 1, "version": 1}, 201), ({"version": 9}, 400)]
)
def test_a_run_is_checked_against_the_documents_and_queries_it_is_of(
    api: CheckedClient, newer: None, pins: Json, status: int
) -> None:
    asked = {"name": "old", "corpus": "books", "collection": "head", **pins}
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    sent = api.post(f"{API}/systems?{query}", RUN.encode(), content_type="application/octet-stream")
    assert sent.status_code == status, sent.content


def test_labels_are_checked_against_the_documents_they_are_of(
    api: CheckedClient, newer: None, collection: QueryCollection
) -> None:
    asked = "collection=head&corpus=books&file_name=q.txt"
    bare = {"content_type": "application/octet-stream"}
    sent = [
        api.post(f"{API}/gold-labels?{asked}{pin}", b"q2 0 d3 1\n", **bare) for pin in ("", "&snapshot=1")
    ]
    assert [one.status_code for one in sent] == [400, 201]
    assert sent[1].json()["gold_version"] == 3
