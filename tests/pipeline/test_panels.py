"""Members of a panel rate as jobs of their own, are paid once, and their grades are kept."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from evalhub.models import Campaign, Job, Judgment, RaterVersion, Workspace
from evalhub.selectors.exports import judgment_rows
from evalhub.selectors.results import campaign_results
from evalhub.services.campaigns import campaign_release, campaign_start
from evalhub.services.spec_inputs.estimate import campaign_estimate
from evalhub.services.spec_inputs.load import inputs_import
from evalhub.spec.errors import SpecError
from evalhub.spec.load import parse_spec
from tests.pipeline.conftest import Broker
from tests.raters.grading_provider import Grades

GRADES = {
    "m1": {"d0": 3, "d1": 0, "d2": 2, "d3": "no"},
    "m2": {"d0": 1, "d1": 0, "d2": "no", "d3": "no"},
    "m3": {"d0": 2, "d1": 3, "d2": 3, "d3": 3},
}
MEMBERS = {"a": "m1", "b": "m2", "c": "m3"}
N_PAIRS = 4
PRICES = {"input_usd_per_mtok": 1.0, "output_usd_per_mtok": 0.0}  # 0.001 USD a call

Asked = dict[str, Any]
Start = Callable[..., Campaign]


@pytest.fixture
def grades() -> Grades:
    return GRADES


@pytest.fixture
def asked(base_url: str, tmp_path: Path) -> Callable[..., Asked]:
    """A spec of four pairs, of three raters and what is added to them."""
    rows = [{"_id": f"d{n}", "text": f"d{n}"} for n in range(N_PAIRS)]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "which?"}\n')
    (tmp_path / "qrels.txt").write_text("q1 0 d0 2\n")
    (tmp_path / "run.trec").write_text("".join(f"q1 Q0 d{n} {n + 1} {9 - n} x\n" for n in range(N_PAIRS)))

    def make(*raters: Asked, with_members: bool = True, **fields: Any) -> Asked:
        hosted = {"kind": "hosted", "base_url": base_url, **PRICES}
        members = [{"name": name, "model": model, **hosted} for name, model in MEMBERS.items()]
        return {
            "name": "by panel",
            "corpus": {"name": "c", "path": "corpus.jsonl"},
            "queries": {"name": "q", "path": "queries.jsonl", "qrels": "qrels.txt"},
            "systems": [{"name": "s", "run": "run.trec"}],
            "cutoff": N_PAIRS,
            "raters": [*(members if with_members else []), *raters],
            **fields,
        }

    return make


@pytest.fixture
def start(workspace: Workspace, broker: Broker, tmp_path: Path) -> Start:
    def begin(asked: Asked) -> Campaign:
        spec = parse_spec(asked, base_dir=tmp_path)
        inputs = inputs_import(workspace, spec, clock=timezone.now)
        return campaign_start(workspace, spec, inputs, user=None, now=timezone.now())

    return begin


def panel(name: str = "p", members: list[str] | None = None, **fields: str) -> Asked:
    return {"name": name, "kind": "panel", "members": members or ["a", "b", "c"], **fields}


def grades_of(version: RaterVersion) -> dict[str, tuple[int | None, str]]:
    """By document: the grade and the reason why there is none."""
    campaign_documents = {f"d{n}" for n in range(N_PAIRS)}
    rows = {row.document_digest: (row.grade, row.reason) for row in version.judgments.all()}
    documents = version.workspace.corpus_set.get().documents.filter(doc_id__in=campaign_documents)
    return {document.doc_id: rows[document.digest] for document in documents}


def version_of(campaign: Campaign, name: str) -> RaterVersion:
    return campaign.campaign_raters.get(name=name).rater_version


def test_a_panel_decides_by_its_rule(
    asked: Callable[..., Asked], start: Start, broker: Broker, calls: list[Any]
) -> None:
    rules = [panel(rule, combine=rule) for rule in ("median", "mean", "majority")]
    campaign = start(asked(*rules))
    broker.drain()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DONE
    # d0: 3 1 2; d1: 0 0 3, whose mean gain is 1/3; d2: 2 - 3, the lower middle, 2.5 and a tie; d3: - - 3
    undecided = (None, "no_quorum")
    assert grades_of(version_of(campaign, "median")) == {
        "d0": (2, ""),
        "d1": (0, ""),
        "d2": (2, ""),
        "d3": undecided,
    }
    assert grades_of(version_of(campaign, "mean")) == {
        "d0": (2, ""),
        "d1": (1, ""),
        "d2": (2, ""),
        "d3": undecided,
    }
    assert grades_of(version_of(campaign, "majority"))["d1"] == (0, "")
    # Three panels and three raters of the campaign itself: each member was asked once for each pair.
    assert len(calls) == len(set(calls)) == 3 * N_PAIRS


def test_members_rate_first_and_as_jobs_of_their_own(asked: Callable[..., Asked], start: Start) -> None:
    campaign = start(asked(panel()))
    job = campaign.jobs.get(kind=Job.Kind.RATE, params__rater_version=version_of(campaign, "p").pk)
    needed = job.requires.filter(kind=Job.Kind.RATE).values_list("params__rater_version", flat=True)
    assert set(needed) == {version_of(campaign, name).pk for name in MEMBERS}
    assert (job.state, job.queue) == (Job.State.WAITING, "default")
    assert campaign.jobs.filter(kind=Job.Kind.RATE).count() == 4


def test_members_that_are_no_raters_of_the_campaign(
    asked: Callable[..., Asked], start: Start, broker: Broker, calls: list[Any]
) -> None:
    start(asked())
    broker.drain()
    n_before = len(calls)
    campaign = start(asked(panel(), with_members=False))
    broker.drain()
    assert len(calls) == n_before  # all was bought before
    results = campaign_results(campaign)
    assert {system["rater"] for system in results["systems"]} == {"p"}
    ledger = {row["rater"]: row for row in results["ratings"]}
    assert list(ledger) == ["p", "a", "b", "c"]
    assert [row["member_of"] for row in ledger.values()] == [[], ["p"], ["p"], ["p"]]
    assert [row["reused"] for row in ledger.values()] == [0, 4, 4, 4]
    assert [row["unrated"] for row in ledger.values()] == [1, 1, 2, 0]
    assert ledger["b"]["saved_usd"] == pytest.approx(0.004)
    assert ledger["p"]["cost_usd"] == 0
    (settings,) = results["settings"]["raters"]
    assert settings["combine"] == "median"
    assert settings["members"]["b"] == RaterVersion.objects.get(model="m2").digest


def test_the_export_holds_what_each_member_said(
    asked: Callable[..., Asked], start: Start, broker: Broker
) -> None:
    start(asked())
    broker.drain()
    campaign = start(asked(panel(), with_members=False))
    broker.drain()
    rows = {(row.rater, row.doc_id): row for row in judgment_rows(campaign)}
    assert len(rows) == 4 * N_PAIRS
    said = {rater: (rows[rater, "d2"].grade, rows[rater, "d2"].reason) for rater in "pabc"}
    assert said == {"p": (2, ""), "a": (2, ""), "b": (None, "refused"), "c": (3, "")}
    assert rows["p", "d2"].rationale.startswith("median of a 2, b unrated (refused")
    assert (rows["p", "d2"].member_of, rows["a", "d2"].member_of) == ("", "p")


def test_a_budget_counts_members(
    asked: Callable[..., Asked], start: Start, broker: Broker, workspace: Workspace, calls: list[Any]
) -> None:
    inputs_of = asked(budget={"cost_usd": 0.0})
    start(inputs_of)  # registers the members and can not pay for a call
    broker.drain()
    campaign = start(asked(panel(), with_members=False, budget={"cost_usd": 0.006}))
    broker.drain()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.PAUSED
    assert "the budget is used up" in campaign.error
    bought = Judgment.objects.exclude(state=Judgment.State.PENDING)
    assert 0 < bought.count() == len(calls) < 3 * N_PAIRS
    assert sum(row.cost_usd for row in bought) <= Decimal("0.006")
    assert not bought.filter(rater_version__kind="panel")
    campaign_release(campaign, now=timezone.now(), budget_usd=1.0)
    broker.drain()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DONE
    assert len(calls) == 3 * N_PAIRS
    assert sum(row["cost_usd"] for row in campaign_results(campaign)["ratings"]) == pytest.approx(0.012)


def test_an_estimate_counts_members_once(
    asked: Callable[..., Asked], start: Start, workspace: Workspace, tmp_path: Path
) -> None:
    start(asked())
    spec = parse_spec(asked(panel(), panel("q", ["a", "b"]), with_members=False), base_dir=tmp_path)
    estimates = {row.rater: row for row in campaign_estimate(workspace, spec, clock=timezone.now)}
    assert {name: row.member_of for name, row in estimates.items()} == {
        "p": (),
        "q": (),
        "a": ("p", "q"),
        "b": ("p", "q"),
        "c": ("p",),
    }
    assert (estimates["p"].cost_usd_high, estimates["p"].input_tokens_high) == (0.0, 0)
    assert estimates["a"].cost_usd_high > 0


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("people", "people's labels, which a panel is held against. Leave it out."),
        ("p", '"p" is a panel itself. Name its members instead.'),
        ("nobody", 'no rater "nobody"'),
    ],
)
def test_who_can_not_sit_on_a_panel(
    asked: Callable[..., Asked], start: Start, member: str, said: str
) -> None:
    start(asked(panel(), {"name": "people", "kind": "gold"}))
    with pytest.raises(SpecError) as caught:
        start(asked(panel("q", ["a", member]), with_members=False))
    assert 'field "raters[0].members"' in str(caught.value)
    assert said in str(caught.value)


def test_a_panel_by_its_name_is_what_it_was(
    asked: Callable[..., Asked], start: Start, broker: Broker, calls: list[Any]
) -> None:
    first = start(asked(panel()))
    broker.drain()
    n_before = len(calls)
    again = start(asked({"name": "p"}, with_members=False))
    broker.drain()
    assert version_of(again, "p") == version_of(first, "p")
    assert len(calls) == n_before
    assert [row["rater"] for row in campaign_results(again)["ratings"]] == ["p", "a", "b", "c"]


def test_a_panel_does_not_decide_without_a_member(
    asked: Callable[..., Asked], start: Start, broker: Broker
) -> None:
    campaign = start(asked())
    broker.drain()
    version_of(campaign, "b").judgments.all().delete()
    panelled = start(asked(panel(), with_members=False))
    broker.drain()
    panelled.refresh_from_db()
    assert panelled.state == Campaign.State.FAILED
    assert "b, in the panel p v1, has no judgment of a pair" in panelled.error
    assert not version_of(panelled, "p").judgments.exclude(state=Judgment.State.PENDING)
