"""What a score job keeps beside its scores."""

from statistics import fmean

import pytest
from django.utils import timezone

from evalhub.core.pwas import score_list
from evalhub.core.summary import summarise_lists
from evalhub.core.weights import position_weights
from evalhub.models import Campaign, CampaignRating, DifferenceBin, Job, Judgment, RankGain, SegmentScore
from evalhub.pipeline.breakdowns import segment_scores
from evalhub.pipeline.measured import Measured
from evalhub.selectors.campaign_rows import campaigns_rows
from evalhub.selectors.ratings import campaign_ratings, counted_ratings
from evalhub.services import campaign_states
from evalhub.services.campaign_states import campaign_refresh
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import MAX_GRADE, TURNED, make_inputs

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(make_inputs())


def test_the_gain_at_a_rank_is_the_mean_over_its_rated_pairs(campaign: Campaign) -> None:
    run = campaign.campaign_systems.first().run  # type: ignore[union-attr]
    version = campaign.campaign_raters.first().rater_version  # type: ignore[union-attr]
    gains = []
    for hit in run.hits.filter(rank=1).select_related("query", "document"):
        judgment = Judgment.objects.get(
            rater_version=version, query_digest=hit.query.digest, document_digest=hit.document.digest
        )
        if judgment.grade is not None:
            gains.append(judgment.grade / MAX_GRADE)
    stored = RankGain.objects.get(job=campaign.score_job, system=run.system, rater_version=version, rank=1)
    assert stored.n_rated == len(gains)
    assert stored.gain == pytest.approx(fmean(gains))


def test_a_tag_of_one_query_has_its_value_and_no_interval(campaign: Campaign) -> None:
    job = campaign.score_job
    assert job
    found = SegmentScore.objects.filter(job=job, tag=TURNED, rater_version__rater__name="judge")
    assert found.count() == 3  # one per system
    for row in found:
        alone = job.query_scores.get(
            query__query_id="q00",
            system=row.system,
            rater_version=row.rater_version,
            measure=row.measure,
        )
        assert row.value == pytest.approx(alone.value)
        assert (row.low, row.high, row.n_queries) == (None, None, 1)


def test_a_tag_of_all_queries_has_the_score_of_all(campaign: Campaign) -> None:
    """Half of one list's weight is unrated, and the rest rated 1: the estimate lies at its upper bound."""
    job = Job.objects.create(workspace=campaign.workspace, kind="score", key="k", params={}, queue="default")
    weights = position_weights("uniform", 2)
    lists = {
        1: score_list([1.0, None], weights),
        2: score_list([0.0, None], weights),
        3: score_list([], weights),
    }
    measured = Measured(
        system_id=1,
        rater_version_id=1,
        measure="PWAS@2",
        summary=summarise_lists(list(lists.values()), seed=1),
        values={key: one.value for key, one in lists.items()},
        lists=lists,
    )
    (row,) = segment_scores(job, measured, {"tag": [1, 2, 3]}, seed=1)
    found = measured.summary
    assert (row.value, row.low, row.high, row.n_queries) == (
        found.value,
        found.low,
        found.high,
        found.n_queries,
    )


def test_bins_and_outcomes_count_every_query_of_a_comparison(campaign: Campaign) -> None:
    job = campaign.score_job
    assert job
    for row in job.comparisons.all():
        assert row.n_wins + row.n_ties + row.n_losses == row.n_queries
        bins = DifferenceBin.objects.filter(comparison=row)
        assert sum(one.n_queries for one in bins) == row.n_queries


def test_the_ledger_that_is_stored_is_the_one_counted_and_stays(campaign: Campaign) -> None:
    rows = campaigns_rows([campaign])[0]
    stored = {row["rater"]: row for row in campaign_ratings(rows)}
    counted = counted_ratings(campaign, list(rows.rater_names))
    for version, name in rows.rater_names.items():
        assert {**stored[name], **counted[version]} == stored[name]
    assert stored["judge"]["unrated_reasons"] == {"refused": 2}
    assert stored["judge"]["cost_usd"] > 0
    # Another campaign has the pairs that this one could not get graded by now.
    Judgment.objects.filter(state="unrated").update(
        state="graded", reason="", grade=1, gain=1 / 3, rated_at=timezone.now()
    )
    assert campaign_ratings(rows) == list(stored.values())
    CampaignRating.objects.all().delete()
    assert campaign_ratings(rows)[0]["unrated"] == 0


def test_a_process_that_dies_before_the_ledger_leaves_the_campaign_running(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    CampaignRating.objects.all().delete()
    Campaign.objects.update(state=Campaign.State.RUNNING)
    with monkeypatch.context() as patch:
        patch.setattr(campaign_states, "campaign_ratings_store", die)
        with pytest.raises(KeyboardInterrupt):
            campaign_refresh(campaign, now=timezone.now())
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.RUNNING  # so the sweep looks again
    campaign_refresh(campaign, now=timezone.now())
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DONE
    assert CampaignRating.objects.filter(campaign=campaign).count() == campaign.campaign_raters.count()
