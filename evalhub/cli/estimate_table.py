"""Print what a campaign would take."""

from collections.abc import Sequence

import click

from evalhub.core.estimate import RaterEstimate


def print_estimate(estimates: Sequence[RaterEstimate]) -> None:
    """One line per rater; bounds where systems may or may not find the same documents."""
    for row in estimates:
        parts = [f"{span(row.pairs_low, row.pairs_high)} pairs to rate"]
        if row.judged:
            parts.append(f"{row.judged:,} of these queries judged before")
        if row.input_tokens_high and row.kind == "hosted":
            tokens = span(row.input_tokens_low, row.input_tokens_high)
            parts.append(f"{tokens} tokens in, {span(row.output_tokens_low, row.output_tokens_high)} out")
            parts.append(f"${row.cost_usd_low:.4f} to ${row.cost_usd_high:.4f}")
        parts.append(_time(row))
        member = f", in {', '.join(row.member_of)}" if row.member_of else ""
        click.echo(f"{row.rater} ({row.kind}{member}): {'; '.join(parts)}")
    click.echo("nothing was imported and nothing was started")


def span(low: int, high: int) -> str:
    """`5` or `5 to 9`."""
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _time(row: RaterEstimate) -> str:
    if row.seconds_low is None or row.seconds_high is None:
        return "time unknown: this rater version has not rated yet"
    return f"{span(round(row.seconds_low), round(row.seconds_high))} s"
