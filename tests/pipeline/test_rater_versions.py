"""A change makes a new version: what was scored before stays, and the two can be held against each other."""

import json
from pathlib import Path
from typing import Any

import pytest

from evalhub.core.digest import text_digest
from evalhub.core.split import part_of
from evalhub.core.trained_on import trained_on
from evalhub.formats.source import Source
from evalhub.models import Campaign, RaterVersion, Workspace
from evalhub.selectors.rater_diff import rater_details, versions_diff
from evalhub.selectors.rater_report import Asked, rater_report
from evalhub.selectors.results import campaign_results
from evalhub.services.gold import gold_import
from evalhub.spec.errors import SpecError
from raters.reply import chat_messages
from raters.rubric import load_prompt
from tests.pipeline.hosted_campaign import start_campaign, work, write_spec
from tests.raters.grading_provider import Grades

N_PAIRS = 20
STRICTER = "Grade how well the document answers the query"


@pytest.fixture
def grades() -> Grades:
    """What the provider grades, whatever the prompt; a test changes it as a prompt would."""
    return {"m": {f"document {n}": n % 4 for n in range(N_PAIRS)}}


def campaign(folder: Path, base_url: str, prompt: Path, **rater: object) -> Campaign:
    path = write_spec(folder, base_url, N_PAIRS, prompt=str(prompt), **rater)
    started = start_campaign(path)
    work()
    started.refresh_from_db()
    return started


def version_of(campaign: Campaign) -> RaterVersion:
    return campaign.campaign_raters.get().rater_version


def prompts(folder: Path) -> tuple[Path, Path]:
    text = load_prompt("graded-relevance").text
    first, second = folder / "first.txt", folder / "second.txt"
    first.write_text(text)
    second.write_text(text.replace(STRICTER, "Grade strictly: how well the document answers the query"))
    return first, second


def test_old_scores_stay_and_compare(
    tmp_path: Path, base_url: str, grades: Grades, calls: list[tuple[str, str]]
) -> None:
    first, second = prompts(tmp_path)
    before = campaign(tmp_path, base_url, first)
    told_then = campaign_results(before)
    grades["m"] = {f"document {n}": max(0, n % 4 - 1) for n in range(N_PAIRS)}
    after = campaign(tmp_path, base_url, second)
    old, new = version_of(before), version_of(after)
    assert (old.number, new.number, old.rater) == (1, 2, new.rater)
    assert len(calls) == 2 * N_PAIRS
    assert campaign_results(before) == told_then
    assert sorted(old.judgments.values_list("grade", flat=True)) == sorted(n % 4 for n in range(N_PAIRS))
    # Going back is the old version, and costs nothing.
    again = campaign(tmp_path, base_url, first)
    assert version_of(again) == old
    assert len(calls) == 2 * N_PAIRS
    assert campaign_results(again)["systems"] == told_then["systems"]


def test_two_versions_on_the_same_gold(tmp_path: Path, base_url: str, grades: Grades) -> None:
    first, second = prompts(tmp_path)
    before = campaign(tmp_path, base_url, first)
    grades["m"] = {f"document {n}": max(0, n % 4 - 1) for n in range(N_PAIRS)}
    after = campaign(tmp_path, base_url, second)
    qrels = tmp_path / "qrels.txt"
    qrels.write_text("".join(f"q{n // 10} 0 d{n} {n % 4}\n" for n in range(N_PAIRS)))
    collection = gold_import(before.collection, Source(qrels.name, qrels))
    asked = Asked(version_of(before), collection, before.snapshot, compared=version_of(after))
    report = rater_report(asked)
    assert report["n_pairs"] == report["compared"]["n_pairs"] == N_PAIRS
    assert report["figures"]["accuracy"]["value"] == 1.0
    # Only the five pairs of grade 0 keep their grade.
    assert report["compared"]["figures"]["accuracy"]["value"] == 0.25
    assert report["compared"]["differences"]["accuracy"]["value"] == 0.75


def test_the_difference_is_told(tmp_path: Path, base_url: str) -> None:
    first, second = prompts(tmp_path)
    old = version_of(campaign(tmp_path, base_url, first))
    new = version_of(campaign(tmp_path, base_url, second, decoding={"temperature": 0.5}, max_in_flight=4))
    told = versions_diff(old, new)
    changes = {row["field"]: (row["old"], row["new"], row["makes_version"]) for row in told["changes"]}
    assert changes == {"decoding.temperature": (0.0, 0.5, True), "max_in_flight": (16, 4, False)}
    lines = told["prompt"].split("\n")
    assert lines[:2] == ["--- judge@1", "+++ judge@2"]
    changed = [line for line in lines[2:] if line[:1] in "+-"]
    assert [line[:1] for line in changed] == ["-", "+"]
    assert STRICTER in changed[0]
    assert "Grade strictly" in changed[1]
    assert (told["is_same_version"], versions_diff(old, old)["is_same_version"]) == (False, True)
    assert (versions_diff(old, old)["prompt"], versions_diff(old, old)["changes"]) == ("", [])


def test_a_line_end_is_a_difference(tmp_path: Path, base_url: str) -> None:
    first, second = prompts(tmp_path)
    second.write_text(first.read_text() + "\n")
    old = version_of(campaign(tmp_path, base_url, first))
    new = version_of(campaign(tmp_path, base_url, second))
    assert old != new
    assert versions_diff(old, new)["prompt"].split("\n")[-1] == "+"


def test_everything_that_makes_a_version(tmp_path: Path, base_url: str) -> None:
    version = version_of(campaign(tmp_path, base_url, prompts(tmp_path)[0]))
    details = rater_details(version)
    assert (details["name"], details["number"], details["n_judgments"]) == ("judge", 1, N_PAIRS)
    assert [grade["name"] for grade in details["rubric"]["grades"]] == [
        "irrelevant",
        "related",
        "useful",
        "perfect",
    ]
    assert details["prompt"] == load_prompt("graded-relevance").text
    assert details["settings"]["decoding.temperature"] == 0.0
    assert (details["examples"], details["members"], details["n_training_queries"]) == ([], {}, 0)


def test_examples_are_sent_and_their_queries_recorded(
    tmp_path: Path, base_url: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = prompts(tmp_path)[0]
    bare = campaign(tmp_path, base_url, first)
    qrels = tmp_path / "qrels.txt"
    qrels.write_text("".join(f"q{n // 10} 0 d{n} {n % 4}\n" for n in range(N_PAIRS)))
    gold_import(bare.collection, Source(qrels.name, qrels))
    seed = next(n for n in range(100) if part_of("query 0", seed=n) == "train" != part_of("query 1", seed=n))
    sent: list[str] = []
    monkeypatch.setattr("raters.chat_call.chat_messages", recording(sent))
    taught = version_of(campaign(tmp_path, base_url, first, examples={"queries": "q", "seed": seed}))
    assert (taught.number, taught.judgments.exclude(grade=None).count()) == (2, N_PAIRS)
    assert len(sent) == N_PAIRS
    for content in sent:
        shown, _, asked = content.rpartition("\n\n<query>")
        assert shown.startswith("Examples, with the grades that people gave:\n\n<query>query 0</query>")
        assert all(f"\nGrade: {grade} (" in shown for grade in range(4))
        assert "Grade:" not in asked
    assert trained_on(taught.spec) == trained_on({"training": {"query_digests": [text_digest("query 0")]}})


def recording(sent: list[str]) -> Any:
    """`chat_messages` that also keeps what the user says."""

    def record(*arguments: Any) -> list[dict[str, str]]:
        messages = chat_messages(*arguments)
        sent.append(messages[1]["content"])
        return messages

    return record


def test_gold_that_comes_with_the_spec_and_no_longer_fits(tmp_path: Path, base_url: str) -> None:
    first = prompts(tmp_path)[0]
    bare = campaign(tmp_path, base_url, first)
    qrels = tmp_path / "qrels.txt"
    rows = [f"q{n // 10} 0 d{n} {{}}\n" for n in range(N_PAIRS)]
    qrels.write_text("".join(row.format(n % 4) for n, row in enumerate(rows)))
    gold_import(bare.collection, Source(qrels.name, qrels))
    qrels.write_text("".join(row.format(9) for row in rows))
    asked = {"queries": "q", "seed": next(n for n in range(100) if part_of("query 0", seed=n) == "train")}
    path = write_spec(tmp_path, base_url, N_PAIRS, prompt=str(first), examples=asked)
    spec = json.loads(path.read_text())
    spec["queries"]["qrels"] = "qrels.txt"
    path.write_text(json.dumps(spec))
    n_campaigns = Campaign.objects.count()
    with pytest.raises(SpecError, match=r"raters\[0\].examples.*go up to 9, the grades of the prompt to 3"):
        start_campaign(path)
    assert Campaign.objects.count() == n_campaigns
