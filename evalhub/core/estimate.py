"""What rating will take, before anything is retrieved."""

from dataclasses import asdict, dataclass
from typing import Any

# Of a reply with a grade and a sentence that explains it, where a rater has no replies to look at yet.
TYPICAL_OUTPUT_TOKENS = 60.0
# Of English and most European languages, for a hosted model whose tokenizer is not known.
CHARS_PER_TOKEN = 4.0


@dataclass(frozen=True, slots=True)
class PairRange:
    """How many distinct pairs can be in the pool: all systems agree, or none shares a document."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class RaterRates:
    """What one pair takes a rater.

    Attributes:
        input_tokens, output_tokens: of one pair.
        usd: of one pair.
        seconds: of one pair, calls at the same time counted in; None for a rater that never rated.
    """

    input_tokens: float
    output_tokens: float
    usd: float
    seconds: float | None


@dataclass(frozen=True, slots=True)
class RaterEstimate:
    """Bounds of what is still to be rated; `judged` pairs of these queries are there and cost nothing.

    The judged ones need not be in the pool, so the lower bound counts them all and the upper bound none.

    Attributes:
        member_of: the panels of the spec that it is a member of.
    """

    rater: str
    kind: str
    judged: int
    pairs_low: int
    pairs_high: int
    input_tokens_low: int
    input_tokens_high: int
    output_tokens_low: int
    output_tokens_high: int
    cost_usd_low: float
    cost_usd_high: float
    seconds_low: float | None
    seconds_high: float | None
    member_of: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return JSON types."""
        return asdict(self)


def pair_range(n_queries: int, n_systems: int, cutoff: int) -> PairRange:
    """Return the bounds of a pool of `n_systems` full lists per query."""
    return PairRange(n_queries * cutoff, n_queries * cutoff * n_systems)


def rater_estimate(rater: str, kind: str, pairs: PairRange, judged: int, rates: RaterRates) -> RaterEstimate:
    """Return what is left to rate and what that takes."""
    low, high = max(0, pairs.low - judged), pairs.high
    return RaterEstimate(
        rater=rater,
        kind=kind,
        judged=judged,
        pairs_low=low,
        pairs_high=high,
        input_tokens_low=round(low * rates.input_tokens),
        input_tokens_high=round(high * rates.input_tokens),
        output_tokens_low=round(low * rates.output_tokens),
        output_tokens_high=round(high * rates.output_tokens),
        cost_usd_low=low * rates.usd,
        cost_usd_high=high * rates.usd,
        seconds_low=None if rates.seconds is None else low * rates.seconds,
        seconds_high=None if rates.seconds is None else high * rates.seconds,
    )
