"""What earlier campaigns say of the next."""

import pytest

from evalhub.core.power import IntervalSeen, pooled_spread
from evalhub.models import Comparison, Snapshot, VectorSet
from evalhub.selectors.launch.past import embedding_s, past_spread
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import Inputs, make_inputs


@pytest.fixture
def inputs(db: None) -> Inputs:
    return make_inputs(n_queries=30)


def test_the_spread_is_that_of_earlier_comparisons_over_these_queries(inputs: Inputs) -> None:
    campaign = make_campaign(inputs)
    rows = Comparison.objects.filter(job=campaign.score_job, rater_version__isnull=False, measure="PWAS@5")
    seen = [IntervalSeen(row.low or 0.0, row.high or 0.0, row.n_queries) for row in rows]
    found = past_spread(inputs.workspace, "head")
    assert found is not None
    assert found.n_comparisons == len(seen) == 6  # three systems, two raters; gold labels are another measure
    assert found.spread == pytest.approx(pooled_spread(seen))
    assert past_spread(inputs.workspace, "another") is None


def test_a_campaign_that_is_not_done_says_nothing(inputs: Inputs) -> None:
    campaign = make_campaign(inputs)
    campaign.state = campaign.State.CANCELLED
    campaign.save()
    assert past_spread(inputs.workspace, "head") is None


def test_embedding_takes_what_it_took_before(inputs: Inputs) -> None:
    # Its shard: 24 vectors in 0.3 s. 48 documents take twice as long, and a snapshot that is done nothing.
    assert embedding_s(inputs.snapshot, ["model"]) == 0.0
    other = Snapshot.objects.create(
        corpus=inputs.snapshot.corpus, number=2, state="ready", digest="e", source_name="x", n_documents=48
    )
    assert embedding_s(other, ["model"]) == pytest.approx(0.6)
    assert embedding_s(other, ["model", "unknown"]) is None
    VectorSet.objects.update(snapshot=other)
    assert embedding_s(other, ["model"]) == 0.0
    assert embedding_s(None, ["model"]) is None
