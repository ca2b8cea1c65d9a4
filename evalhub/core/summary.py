"""One measure of one system over all queries: mean, interval, bounds and coverage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from evalhub.core.intervals import N_RESAMPLES, bootstrap_interval
from evalhub.core.pwas import ListScore


@dataclass(frozen=True, slots=True)
class Summary:
    """A mean over `n_queries` queries; None stands for undefined.

    `low` and `high` are the 95% interval over the sampling of queries. `lower_bound` and `upper_bound`
    are what the mean over all queries would be if every unrated pair had gain 0 or 1; `coverage` is
    rated pairs / pairs.
    """

    value: float | None
    low: float | None
    high: float | None
    n_queries: int
    lower_bound: float | None = None
    upper_bound: float | None = None
    coverage: float | None = None


def summarise_values(values: Sequence[float | None], *, seed: int, n_resamples: int = N_RESAMPLES) -> Summary:
    """Average one value per query; queries whose value is None are left out of mean and `n_queries`."""
    defined = [value for value in values if value is not None]
    if not defined:
        return Summary(value=None, low=None, high=None, n_queries=0)
    interval = bootstrap_interval(defined, seed=seed, n_resamples=n_resamples)
    return Summary(
        value=fmean(defined),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        n_queries=len(defined),
    )


def summarise_lists(scores: Sequence[ListScore], *, seed: int, n_resamples: int = N_RESAMPLES) -> Summary:
    """Average the PWAS of all queries: the mean over those with a value, the bounds over every one.

    Leaving out a short list of unrated hits forgets its known zeros, so the mean of the others can lie
    outside the bounds over all queries. The mean over all queries is certain to lie within them, so the
    value is moved to the nearer bound and the interval widened to hold it.
    """
    estimate = summarise_values([score.value for score in scores], seed=seed, n_resamples=n_resamples)
    bounded = mean_of_lists(scores)
    if bounded.value is None or estimate.low is None or estimate.high is None:
        return bounded
    value = bounded.value
    return replace(bounded, low=min(estimate.low, value), high=max(estimate.high, value))


def mean_of_lists(scores: Sequence[ListScore]) -> Summary:
    """The same without the interval, which takes a thousand times as long."""
    defined = [score.value for score in scores if score.value is not None]
    if not scores:
        return Summary(value=None, low=None, high=None, n_queries=0)
    lower, upper = fmean(score.lower for score in scores), fmean(score.upper for score in scores)
    n_pairs = sum(score.n_hits for score in scores)
    n_rated = sum(score.n_rated for score in scores)
    return Summary(
        value=min(max(fmean(defined), lower), upper) if defined else None,
        low=None,
        high=None,
        n_queries=len(defined),
        lower_bound=lower,
        upper_bound=upper,
        coverage=n_rated / n_pairs if n_pairs else None,
    )
