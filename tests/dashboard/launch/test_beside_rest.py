"""The page beside REST and the command line: the same spec, the same rights, few reads."""

import json
import shlex
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone

from evalhub.models import (
    Campaign,
    Corpus,
    Judgment,
    Query,
    QueryCollection,
    Rater,
    RaterVersion,
    System,
    Workspace,
)
from evalhub.services.workspaces import workspace_default
from evalhub.spec.load import load_spec, parse_spec
from tests.dashboard.launch.conftest import URL, Page
from tests.dashboard.launch.test_form import HOSTED, WHOLE, started
from tests.people import person

Visit = Callable[..., Page]
MaxQueries = Callable[[int], AbstractContextManager[Any]]


def test_yaml_and_curl_are_the_same_spec(filled: Page, tmp_path: Path) -> None:
    page = filled.press(
        "update",
        **HOSTED,
        name="über \"alles\": #1 'quoted' `$(x)`",
        dimension=["full", "64"],
        budget="5",
        rule_system=WHOLE,
        rule_value="0.6",
    )
    path = tmp_path / "spec.yaml"
    path.write_text(page.yaml)
    by_file = load_spec(path)
    command = shlex.split(page.curl.replace("$EVALHUB_TOKEN", "token"))
    by_rest = parse_spec(json.loads(command[command.index("-d") + 1]))
    assert by_file == by_rest
    campaign = started(page.press("start"))
    assert campaign.spec == by_file.to_dict()
    assert "http://testserver/api/v1/campaigns" in command


def test_curl_starts_the_same_campaign(filled: Page, client: Client) -> None:
    command = shlex.split(filled.curl)
    body = command[command.index("-d") + 1]
    answer = client.post("/api/v1/campaigns", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    Campaign.objects.update(created_at=timezone.now() - timedelta(minutes=1))  # no second press of Start
    by_rest = Campaign.objects.get()
    filled.press("start")
    by_page = Campaign.objects.latest("pk")
    assert by_page.pk != by_rest.pk
    assert (by_page.spec, by_page.score_job) == (by_rest.spec, by_rest.score_job)


def test_a_price_that_nobody_knows_is_not_nothing(filled: Page) -> None:
    unpriced = {**HOSTED, "hosted_input_usd_per_mtok": "", "hosted_output_usd_per_mtok": ""}
    assert "Cost not known: no price for judge" in filled.press("update", **unpriced).summary
    assert "Cost $0." in filled.press("update", **HOSTED).summary
    assert "Cost nothing" in filled.summary


def test_a_choice_changes_the_right_side_alone(filled: Page, client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "summary"}
    answer = client.post(URL, filled.fields | {"cutoff": "3", "act": "update"}, headers=headers)
    html = answer.content.decode()
    assert html.lstrip().startswith('<aside id="summary"')
    assert "up to 12" in html  # 2 queries, top 3, 2 systems


def test_only_people_who_signed_in(client: Client, db: None) -> None:
    assert client.post(URL, {"act": "start"})["Location"].startswith("/sign-in/")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("x"))
    assert strict.post(URL, {"act": "start"}).status_code == 403


def test_nothing_of_another_workspace_is_offered_or_taken(filled: Page, visit: Visit) -> None:
    page = filled.upload("run", "production.trec", "q1 Q0 K1 1 9.5 t\n").press("use:run")
    theirs = Workspace.objects.create(slug="other", name="Other")
    for model in (Corpus, QueryCollection, System, Rater):
        model.objects.update(workspace=theirs)
    refused = page.press("start")
    assert "Not started." in refused.html
    assert "kettles" not in refused.options.get("corpus", [])
    assert "production" not in Page(page.client, page.client.get(URL)).html


def test_few_reads_whatever_there_is(
    filled: Page, client: Client, django_assert_max_num_queries: MaxQueries
) -> None:
    workspace, collection = workspace_default(), QueryCollection.objects.get()
    Query.objects.bulk_create(
        Query(
            collection=collection,
            query_id=f"x{n}",
            text=f"t{n}",
            digest=f"{n}",
            row_digest=f"{n}",
            added_in=1,
        )
        for n in range(300)
    )
    for n in range(60):
        Corpus.objects.create(workspace=workspace, name=f"c{n}")
        QueryCollection.objects.create(workspace=workspace, name=f"q{n}", n_queries=1)
        Rater.objects.create(workspace=workspace, name=f"r{n}")
        System.objects.create(workspace=workspace, name=f"s{n}", kind="run", run_path="x", digest=f"{n}")
    page = filled.press("update")
    with django_assert_max_num_queries(12):
        assert client.get(URL).status_code == 200
    headers = {"HX-Request": "true", "HX-Target": "summary"}
    with django_assert_max_num_queries(17):
        assert client.post(URL, page.fields | {"act": "update"}, headers=headers).status_code == 200


def test_times_and_judged_pairs_come_from_what_was_done(filled: Page) -> None:
    assert "not known yet: a rater has not graded here before" in filled.summary
    started(filled.press("start"))
    version = RaterVersion.objects.get()
    digest = Query.objects.get(query_id="q1").digest
    Judgment.objects.bulk_create(
        Judgment(
            rater_version=version,
            query_digest=digest,
            document_digest=f"{n}",
            state="graded",
            grade=1,
            gain=0.5,
            latency_s=0.5,
            rated_at=timezone.now(),
        )
        for n in range(7)
    )
    summary = Page(filled.client, filled.client.post(URL, filled.fields)).summary
    assert "Judged already 7" in summary
    # 2 queries, top 10: at least 20 pairs, 7 of them judged; at most 40. Half a second each.
    assert "6.5 s to 20 s" in summary
