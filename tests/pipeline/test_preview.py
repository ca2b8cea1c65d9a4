"""A preview samples, pays each pair once, and says what a campaign would say under the other version."""

import json
from decimal import Decimal
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from django.utils import timezone

from evalhub.core.weights import position_weights
from evalhub.models import Campaign, FlipPreview, Job, Judgment, PreviewPair, RaterVersion, Workspace
from evalhub.pipeline.preview_estimate import is_same_grade
from evalhub.selectors.results import campaign_results
from evalhub.services.campaigns import campaign_start
from evalhub.services.previews import PreviewAsked, UnableToPreview, preview_start
from evalhub.services.rater_add import rater_add
from evalhub.services.spec_inputs.load import inputs_import
from evalhub.spec.load import parse_spec
from tests.pipeline.hosted_campaign import work
from tests.raters.grading_provider import Grades

N_QUERIES, DEPTH = 6, 4
PRICE = {"input_usd_per_mtok": 1.0, "output_usd_per_mtok": 0.0}  # 0.001 USD a call


def document(query: int, place: int) -> str:
    return f"document {query} {place}"


@pytest.fixture
def grades() -> Grades:
    """Model m likes the first of each query's six documents best; n, what m likes least."""
    places = [(query, place) for query in range(N_QUERIES) for place in range(6)]
    m: dict[str, object] = {document(*at): max(0, 3 - at[1] - at[0] % 2) for at in places}
    n: dict[str, object] = {document(*at): max(0, at[1] - 2 - at[0] % 2) for at in places}
    return {"m": m, "n": n, "same": m}


def judge(base_url: str, model: str) -> dict[str, object]:
    return {"name": "judge", "kind": "hosted", "model": model, "base_url": base_url, **PRICE}


@pytest.fixture
def campaign(base_url: str, tmp_path: Path, workspace: Workspace) -> Campaign:
    """System a has documents 0..3 of each query in order, system b has 5, 4, 3, 2; m rates them."""
    rows = [
        {"_id": f"d{query}-{place}", "text": document(query, place)}
        for query in range(N_QUERIES)
        for place in range(6)
    ]
    queries = [{"_id": f"q{query}", "text": f"query {query}"} for query in range(N_QUERIES)]
    for name, lines in (("corpus.jsonl", rows), ("queries.jsonl", queries)):
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    for name, places in (("a", (0, 1, 2, 3)), ("b", (5, 4, 3, 2))):
        hits = (
            f"q{query} Q0 d{query}-{place} {rank} {9 - rank} t\n"
            for query in range(N_QUERIES)
            for rank, place in enumerate(places, 1)
        )
        (tmp_path / f"{name}.trec").write_text("".join(hits))
    asked = {
        "name": "nightly",
        "corpus": {"name": "c", "path": "corpus.jsonl"},
        "queries": {"name": "q", "path": "queries.jsonl"},
        "systems": [{"name": "a", "run": "a.trec"}, {"name": "b", "run": "b.trec"}],
        "raters": [judge(base_url, "m")],
        "cutoff": DEPTH,
        "gate": [
            {"system": "a", "measure": f"PWAS@{DEPTH}", "minimum": 0.3},
            {"system": "a", "baseline": "b", "measure": f"PWAS@{DEPTH}"},
        ],
    }
    spec = parse_spec(asked, base_dir=tmp_path)
    started = campaign_start(
        workspace, spec, inputs_import(workspace, spec, clock=timezone.now), user=None, now=timezone.now()
    )
    work()
    started.refresh_from_db()
    assert started.state == "done"
    return started


def candidate(campaign: Campaign, base_url: str, model: str) -> RaterVersion:
    added = rater_add(
        campaign.workspace, judge(base_url, model), snapshot=None, user=None, now=timezone.now()
    )
    assert (added.is_new, added.version.number) == (True, 2)
    assert added.meant == old_of(campaign)
    return added.version


def old_of(campaign: Campaign) -> RaterVersion:
    return campaign.campaign_raters.get().rater_version


def previewed(campaign: Campaign, new: RaterVersion, **changes: Any) -> FlipPreview:
    found = preview_start(PreviewAsked(old_of(campaign), new, **changes), user=None, now=timezone.now())
    work()
    found.refresh_from_db()
    return found


def job_states(preview: FlipPreview) -> list[str]:
    rating = Job.objects.get(required_by=preview.job)
    return [rating.state, preview.job.state if preview.job else ""]


def pwas(grades: dict[str, object], places: tuple[int, ...]) -> list[float]:
    """Of each query, worked out anew."""
    weights = position_weights("log2", DEPTH)
    return [
        sum(
            w * int(str(grades[document(query, place)])) / 3 for w, place in zip(weights, places, strict=True)
        )
        / sum(weights)
        for query in range(N_QUERIES)
    ]


def test_all_pairs_sampled_is_the_campaign_itself_under_the_new_version(
    campaign: Campaign, base_url: str, grades: Grades, calls: list[tuple[str, str]]
) -> None:
    new = candidate(campaign, base_url, "n")
    calls.clear()
    preview = previewed(campaign, new, n_pairs=100)
    assert job_states(preview) == ["done", "done"]
    # Documents 2 and 3 are in both lists: six pairs a query.
    assert len(calls) == len(set(calls)) == new.judgments.filter(state="graded").count() == 36
    assert preview.job is not None
    assert Job.objects.get(required_by=preview.job).spent_usd == Decimal("0.036")
    [part] = preview.campaigns.all()
    a, b = pwas(grades["n"], (0, 1, 2, 3)), pwas(grades["n"], (5, 4, 3, 2))
    figures = {(row.system.name, row.baseline and row.baseline.name): row for row in part.figures.all()}
    assert figures["a", None].new == pytest.approx(fmean(a))
    assert figures["b", None].new == pytest.approx(fmean(b))
    row = figures["a", "b"]
    assert row.new == pytest.approx(fmean(a) - fmean(b))
    assert row.sampling_error == 0.0
    assert (row.verdict_now, row.verdict_then, row.outlook) == ("better", "worse", "would flip")
    told = campaign_results(campaign)
    assert row.old == told["comparisons"][0]["difference"]
    assert (part.gate_now, part.gate_then, part.gate_outlook) == ("pass", "fail", "would flip")
    zeros = part.strata.get(grade=0)
    changed = [
        int(str(grades["n"][key])) - int(str(grade)) for key, grade in grades["m"].items() if grade == 0
    ]
    assert (zeros.n_pairs, zeros.n_sampled) == (len(changed), len(changed))
    assert zeros.n_changed == sum(change != 0 for change in changed)
    assert zeros.mean_change == pytest.approx(fmean(changed) / 3)


def test_a_version_that_says_the_same_flips_nothing(campaign: Campaign, base_url: str) -> None:
    preview = previewed(campaign, candidate(campaign, base_url, "same"), n_pairs=10)
    [part] = preview.campaigns.all()
    for row in part.figures.all():
        assert (row.new, row.new_low, row.new_high) == (row.old, row.old_low, row.old_high)
    row = part.figures.get(baseline__isnull=False)
    assert (row.verdict_now, row.verdict_then, row.outlook) == ("better", "better", "stays")
    assert (part.gate_now, part.gate_then, part.gate_outlook) == ("pass", "pass", "stays")
    # Four old grades: two pairs of each at least, and ten in all.
    counts = list(part.strata.values_list("n_sampled", flat=True))
    assert len(counts) == 4
    assert min(counts) >= 2
    assert sum(counts) == PreviewPair.objects.count() == 10


def test_asking_again_costs_nothing_and_a_larger_sample_only_what_is_new(
    campaign: Campaign, base_url: str, calls: list[tuple[str, str]]
) -> None:
    new = candidate(campaign, base_url, "n")
    first = previewed(campaign, new, n_pairs=12)
    calls.clear()
    assert previewed(campaign, new, n_pairs=12) == first
    assert calls == []
    previewed(campaign, new, n_pairs=30)
    assert new.judgments.count() == 12 + len(calls)
    assert new.judgments.count() >= 30


def test_what_can_not_be_graded_is_counted_and_changes_nothing(
    campaign: Campaign, base_url: str, grades: Grades
) -> None:
    grades["n"] = dict.fromkeys(grades["n"], "no")
    preview = previewed(campaign, candidate(campaign, base_url, "n"), n_pairs=12)
    [part] = preview.campaigns.all()
    assert [row.n_unrated for row in part.strata.all()] == [row.n_sampled for row in part.strata.all()]
    assert all(row.new == row.old for row in part.figures.all())
    # No pair has a grade, which is below any coverage floor.
    assert (part.gate_now, part.gate_then, part.gate_outlook) == ("pass", "undecided", "would flip")


def test_the_budget_is_kept_and_a_larger_one_goes_on(
    campaign: Campaign, base_url: str, calls: list[tuple[str, str]]
) -> None:
    new = candidate(campaign, base_url, "n")
    calls.clear()
    preview = previewed(campaign, new, n_pairs=12, budget_usd=Decimal("0.004"))
    rating, estimates = job_states(preview)
    assert (rating, estimates) == ("failed", "failed")
    job = Job.objects.get(required_by=preview.job)
    assert job.error.startswith("the budget is used up: $0.00")
    assert 0 < len(calls) <= 4
    assert job.spent_usd <= Decimal("0.004")
    n_before = len(calls)
    again = previewed(campaign, new, n_pairs=12, budget_usd=Decimal("1"))
    assert again == preview
    assert job_states(again) == ["done", "done"]
    assert len(calls) == len(set(calls)) == 12 > n_before
    assert Judgment.objects.filter(rater_version=new, state="pending").count() == 0


@pytest.mark.parametrize(("before", "now", "is_same"), [(2, 4, True), (2, 2, False), (None, 0, False)])
def test_a_grade_is_the_same_by_its_place_on_the_scale(before: int | None, now: int, is_same: bool) -> None:
    preview = FlipPreview(old=RaterVersion(max_grade=3), new=RaterVersion(max_grade=6))
    assert is_same_grade(preview, before, now) == is_same


def test_what_can_not_be_asked(campaign: Campaign, base_url: str) -> None:
    old, new = old_of(campaign), candidate(campaign, base_url, "n")
    for asked, problem in [
        (PreviewAsked(old, old), "instead of itself changes nothing"),
        (PreviewAsked(new, old), "no finished campaign was rated by judge@2"),
        (PreviewAsked(old, new, n_pairs=1), "sample 2 to 2,000"),
        (PreviewAsked(old, new, budget_usd=Decimal(-1)), "below 0"),
        (PreviewAsked(old, new, budget_usd=Decimal("1e30")), "above"),
    ]:
        with pytest.raises(UnableToPreview, match=problem):
            preview_start(asked, user=None, now=timezone.now())
    assert not FlipPreview.objects.exists()
