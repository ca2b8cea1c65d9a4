"""Pages of raters and their try-outs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evalhub.models import (
    Campaign,
    CampaignRater,
    Job,
    Judgment,
    LedgerMonth,
    Rater,
    RaterProbe,
    RaterVersion,
)
from evalhub.services.workspaces import workspace_default
from raters.rubric import PROMPTS_DIR
from tests.dashboard.inputs import HOSTILE, TURNED, Inputs
from tests.dashboard.inputs_pages.raters import hosted_version
from tests.dashboard.markup import tables, text

MaxQueries = Callable[[int], AbstractContextManager[Any]]
MOST_QUERIES = 12
PAIR = {"query": "open a file", "text": "Use open().", "title": "", "need": ""}


@pytest.fixture
def version(db: None) -> RaterVersion:
    return hosted_version(workspace_default())


def _spent(version: RaterVersion, n: int, usd: str) -> None:
    LedgerMonth.objects.create(
        rater_version=version, month="2026-01-01", n_graded=n - 1, n_unrated=1, cost_usd=usd
    )


def test_an_empty_installation_is_told_what_to_do(signed_in: Client) -> None:
    assert "No rater has graded yet" in text(signed_in.get("/raters/"))


def test_raters_are_listed_with_what_they_did(
    signed_in: Client, campaign: Campaign, version: RaterVersion, django_assert_max_num_queries: MaxQueries
) -> None:
    CampaignRater.objects.create(campaign=campaign, rater_version=version, name="x", position=9)
    _spent(version, 1_200, "0.5")
    Rater.objects.create(workspace=campaign.workspace, name="alias")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get("/raters/")

    rows = {row[0]: row for row in tables(page, "Raters")[0]}
    # The fixture's judge has a version 1; ours is its second.
    assert rows["judge"][1:8] == ["hosted", "gpt-x", "2", "1,200", "1", "$0.50", "1"]
    assert rows["alias"][1:4] == ["–", "–", "0"]


def test_a_rater_shows_its_rubric_versions_spend_and_campaigns(
    signed_in: Client, campaign: Campaign, version: RaterVersion, django_assert_max_num_queries: MaxQueries
) -> None:
    second = hosted_version(campaign.workspace, model="gpt-y")
    CampaignRater.objects.create(campaign=campaign, rater_version=second, name="x", position=9)
    _spent(second, 4, "0.02")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(f"/raters/{version.rater_id}/")

    shown = text(page)
    assert "gpt-y" in shown
    grades = tables(page, "Rubric graded-relevance")[0]
    assert [row[0] for row in grades] == [str(grade) for grade in range(len(grades))]
    versions = tables(page, "Newest first; what each cost")[0]
    assert versions[0][0] == "3 shown"
    assert versions[0][4:7] == ["4", "$0.02", "1"]
    assert tables(page, "Campaigns graded by this version")[0][0][0].startswith("nightly")
    assert "Grade this pair for about $0.005" in shown
    older = text(signed_in.get(f"/raters/{version.rater_id}/?version={version.number}"))
    assert "Grade this pair for at most $" in older
    assert signed_in.get(f"/raters/{version.rater_id}/?version=99").status_code == 404


def test_prompts_of_two_versions_are_told_apart_line_by_line(
    signed_in: Client, version: RaterVersion, tmp_path: Path, django_assert_max_num_queries: MaxQueries
) -> None:
    prompt = (PROMPTS_DIR / "graded-relevance.txt").read_text(encoding="utf-8")
    changed = tmp_path / "mine.txt"
    changed.write_text(prompt.replace("---\n", f"---\nBe strict. {HOSTILE} {TURNED}\n", 1), encoding="utf-8")
    newer = hosted_version(version.workspace, prompt=str(changed), max_document_tokens=99)
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(f"/raters/{version.rater_id}/diff/?from=2&to=1")

    assert newer.number == 2
    markup = page.content.decode()
    assert "<script>alert" not in markup
    assert "<ins><bdi>+Be strict." in markup
    assert "<del>" not in markup
    assert ["max_document_tokens", "4000", "99", "yes"] in tables(page, "Fields that differ")[0]
    assert signed_in.get(f"/raters/{version.rater_id}/diff/?from=1&to=7").status_code == 404
    same = text(signed_in.get(f"/raters/{version.rater_id}/diff/?from=1&to=1"))
    assert "All fields are the same, and so is the prompt" in same


def _try(client: Client, version: RaterVersion, **typed: str) -> Any:
    return client.post(f"/raters/{version.rater_id}/versions/{version.number}/try", PAIR | typed)


def test_a_try_out_is_a_job_and_shows_the_judgment(
    signed_in: Client, version: RaterVersion, django_assert_max_num_queries: MaxQueries
) -> None:
    answer = _try(signed_in, version)
    probe = RaterProbe.objects.get()
    assert answer.status_code == 302
    assert Job.objects.get(probe=probe).queue == "rate-hosted"
    waiting = signed_in.get(answer["Location"])
    assert "Waits for a worker" in text(waiting)
    assert 'hx-trigger="every 1s"' in waiting.content.decode()

    Job.objects.update(state="done")
    Judgment.objects.create(
        rater_version=version,
        query_digest=probe.query_digest,
        document_digest=probe.document_digest,
        state="graded",
        grade=2,
        gain=0.6,
        probabilities=[0.1, 0.2, 0.5, 0.2],
        rationale=f"Because {HOSTILE}",
        reply="{}",
        cost_usd="0.0004",
        input_tokens=120,
        rated_at=timezone.now(),
    )
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(answer["Location"])
    shown = text(page)
    assert "2 of 3" in shown
    assert "Gain0.600 of 1" in shown
    assert "$0.00040" in shown
    assert [row[1] for row in tables(page, "Probability of each grade")[0]] == [
        "0.100",
        "0.200",
        "0.500",
        "0.200",
    ]
    assert HOSTILE in shown
    assert "<script>alert" not in page.content.decode()
    poll = signed_in.get(answer["Location"], headers={"HX-Request": "true"})
    assert poll.status_code == 286
    assert _try(signed_in, version)["Location"] == answer["Location"]
    assert RaterProbe.objects.count() == 1


def test_unrated_and_failed_say_why(signed_in: Client, version: RaterVersion) -> None:
    address = _try(signed_in, version)["Location"]
    Job.objects.update(state="failed", error="the key NO_SUCH_KEY is not set")
    assert "Not graded: the key NO_SUCH_KEY is not set" in text(signed_in.get(address))

    Job.objects.update(state="done", error="")
    probe = RaterProbe.objects.get()
    Judgment.objects.create(
        rater_version=version,
        query_digest=probe.query_digest,
        document_digest=probe.document_digest,
        state="unrated",
        reason="refused",
        detail="I can not help with that.",
        cost_usd="0.001",
    )
    shown = text(signed_in.get(address))
    assert "Unrated: refused. I can not help with that. Unrated is not a grade of 0." in shown
    assert "cost $0.001" in shown


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"query": " "}, "type a query"),
        ({"text": "\n"}, "type a document"),
        ({"query": "x" * 10_001}, "longer than 10,000 characters"),
        ({"text": "x" * 200_001}, "longer than 200,000 characters"),
    ],
)
def test_what_can_not_be_graded_is_said_and_kept_in_the_form(
    signed_in: Client, version: RaterVersion, typed: dict[str, str], problem: str
) -> None:
    answer = _try(signed_in, version, need="a hint", **typed)

    assert answer.status_code == 400
    assert problem in answer.content.decode()
    assert 'value="a hint"' in answer.content.decode()
    assert not RaterProbe.objects.exists()


def test_a_panel_and_gold_labels_can_not_be_tried(signed_in: Client, version: RaterVersion) -> None:
    RaterVersion.objects.filter(pk=version.pk).update(kind="gold")

    assert "It can not be tried out" in text(signed_in.get(f"/raters/{version.rater_id}/"))
    assert _try(signed_in, version).status_code == 400


def test_try_outs_of_other_versions_are_not_found(
    signed_in: Client, inputs: Inputs, version: RaterVersion
) -> None:
    _try(signed_in, version)
    probe = RaterProbe.objects.get()
    other = inputs.raters[1]

    assert signed_in.get(f"/raters/{other.rater_id}/versions/1/tries/{probe.pk}/").status_code == 404
    assert signed_in.get("/raters/999/").status_code == 404
