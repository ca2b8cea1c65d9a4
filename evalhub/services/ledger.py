"""Keep the ledger: each judgment adds to its month's line, in the transaction that stores it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db.models import F

from evalhub.models import Judgment, LedgerMonth


def ledger_add(settled: Sequence[Judgment], *, now: datetime) -> None:
    """Add judgments of one rater version that were settled now."""
    if not settled:
        return
    version, month = settled[0].rater_version_id, month_of(now)
    n_graded = sum(one.state == Judgment.State.GRADED for one in settled)
    # A row first and then an addition: two workers that meet lose nothing.
    LedgerMonth.objects.bulk_create(
        [LedgerMonth(rater_version_id=version, month=month)], ignore_conflicts=True
    )
    LedgerMonth.objects.filter(rater_version=version, month=month).update(
        n_graded=F("n_graded") + n_graded,
        n_unrated=F("n_unrated") + len(settled) - n_graded,
        input_tokens=F("input_tokens") + sum(one.input_tokens for one in settled),
        output_tokens=F("output_tokens") + sum(one.output_tokens for one in settled),
        cost_usd=F("cost_usd") + sum((one.cost_usd for one in settled), Decimal(0)),
    )


def month_of(moment: datetime) -> date:
    """The first day of a moment's month, in UTC."""
    return moment.astimezone(UTC).date().replace(day=1)
