"""What rating will take, worked by hand."""

import pytest

from evalhub.core.estimate import PairRange, RaterRates, pair_range, rater_estimate


def test_systems_share_all_documents_or_none() -> None:
    assert pair_range(n_queries=7, n_systems=3, cutoff=10) == PairRange(70, 210)


def test_what_was_judged_is_left_out_at_most() -> None:
    rates = RaterRates(input_tokens=500.0, output_tokens=20.0, usd=0.001, seconds=0.5)
    row = rater_estimate("judge", "hosted", PairRange(70, 210), 30, rates)
    assert (row.pairs_low, row.pairs_high) == (40, 210)
    assert (row.input_tokens_low, row.input_tokens_high) == (20_000, 105_000)
    assert (row.output_tokens_low, row.output_tokens_high) == (800, 4_200)
    assert (row.cost_usd_low, row.cost_usd_high) == (pytest.approx(0.04), pytest.approx(0.21))
    assert (row.seconds_low, row.seconds_high) == (20.0, 105.0)


def test_more_judged_than_the_pool_can_hold() -> None:
    row = rater_estimate("judge", "hosted", PairRange(10, 10), 30, RaterRates(1.0, 1.0, 0.0, None))
    assert row.pairs_low == 0
    assert row.seconds_low is None
