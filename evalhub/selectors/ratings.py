"""What raters did for a campaign: pairs, reuse, tokens, cost."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Sum

from evalhub.models import Campaign, CampaignRating, Judgment, RaterVersion, Regrading
from evalhub.selectors.campaign_rows import CampaignRows
from evalhub.selectors.panel_members import raters_graders

# Judgments hang on the digests of their texts, over which Django's ORM can not join; the database counts, so
# that a campaign of any size is two dozen rows. "Bought" is what was settled after the campaign was made.
_LEDGER = """
SELECT rv.id, j.state, j.reason, COUNT(*),
    SUM(CASE WHEN j.rated_at < c.created_at THEN 1 ELSE 0 END),
    SUM(CASE WHEN j.truncated_tokens > 0 THEN 1 ELSE 0 END),
    SUM(CASE WHEN j.rated_at >= c.created_at THEN j.input_tokens ELSE 0 END),
    SUM(CASE WHEN j.rated_at >= c.created_at THEN j.output_tokens ELSE 0 END),
    SUM(CASE WHEN j.rated_at >= c.created_at THEN j.cost_usd ELSE 0 END),
    SUM(CASE WHEN j.rated_at < c.created_at THEN j.cost_usd ELSE 0 END)
FROM (
    SELECT DISTINCT q.digest AS query_digest, d.digest AS document_digest
    FROM evalhub_campaignsystem cs
    JOIN evalhub_campaign own ON own.id = cs.campaign_id
    JOIN evalhub_hit h ON h.run_id = cs.run_id AND h.rank <= own.cutoff
    JOIN evalhub_query q ON q.id = h.query_id
    JOIN evalhub_document d ON d.id = h.document_id
    WHERE cs.campaign_id = %s
) pool
CROSS JOIN evalhub_raterversion rv
JOIN evalhub_campaign c ON c.id = %s
LEFT JOIN evalhub_judgment j ON j.rater_version_id = rv.id
    AND j.query_digest = pool.query_digest AND j.document_digest = pool.document_digest AND j.repeat = 0
WHERE rv.id IN ({raters})
GROUP BY rv.id, j.state, j.reason
"""
_COLUMNS = ("pairs", "reused", "truncated", "input_tokens", "output_tokens", "cost_usd", "saved_usd")
_STORED = (
    "pairs",
    "reused",
    "rated",
    "unrated",
    "truncated",
    "input_tokens",
    "output_tokens",
    "cost_usd",
    "saved_usd",
)
_PAID = ("input_tokens", "output_tokens", "cost_usd")
_CENTS = 8  # decimals of Judgment.cost_usd


def campaign_ratings(rows: CampaignRows) -> list[dict[str, Any]]:
    """One row per rater, then one per member of a panel that is no rater of the campaign itself.

    Last are rater versions that only graded an anchor's pairs anew: they have a price and no pairs. A pair
    counts as reused when it was settled before the campaign was made. Counted from the judgments, unless the
    campaign is done: then as it was stored.
    """
    graders = raters_graders(rows.raters)
    versions = [grader.version.pk for grader in graders]
    is_done = rows.campaign.state == Campaign.State.DONE
    found = stored_ratings(rows.campaign) if is_done else {}
    if not found.keys() >= set(versions):
        found = counted_ratings(rows.campaign, versions)
    told = [
        {"rater": grader.name, "member_of": list(grader.member_of), **found[grader.version.pk]}
        for grader in graders
    ]
    others = found.keys() - set(versions)
    rows_of = RaterVersion.objects.select_related("rater").filter(pk__in=others) if others else ()
    return told + [
        {"rater": f"{one.rater.name}@{one.number}", "member_of": [], **found[one.pk]} for one in rows_of
    ]


def counted_ratings(campaign: Campaign, versions: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What rater versions did for a campaign so far, by version key; a read of all its pairs."""
    ledger = _ledger(campaign, versions)
    found = {version: _ratings([line for line in ledger if line["rater"] == version]) for version in versions}
    for version, paid in regraded(campaign).items():
        told = found.setdefault(version, _ratings([]))
        for column, amount in paid.items():
            told[column] = round(told[column] + amount, _CENTS)
    return found


def regraded(campaign: Campaign) -> dict[int, dict[str, Any]]:
    """What a campaign of an anchor paid to have pairs graded anew, by rater version."""
    found = {}
    # A repeat number of a version belongs to one regrading, so all judgments that have it do.
    for version, repeat in Regrading.objects.filter(run__campaign=campaign).values_list(
        "rater_version", "repeat"
    ):
        again = Judgment.objects.filter(rater_version=version, repeat=repeat).exclude(rated_at=None)
        paid = again.aggregate(**{column: Sum(column) for column in _PAID})
        found[version] = {column: paid[column] or 0 for column in _PAID}
        found[version]["cost_usd"] = round(float(found[version]["cost_usd"]), _CENTS)
    return found


def stored_ratings(campaign: Campaign) -> dict[int, dict[str, Any]]:
    """The same as it was when the campaign was done; empty where that was not stored."""
    columns = ("rater_version_id", *_STORED, "unrated_counts__reason", "unrated_counts__n_pairs")
    found: dict[int, dict[str, Any]] = {}
    lines = CampaignRating.objects.filter(campaign=campaign).order_by("pk", "unrated_counts__pk")
    for version, *numbers, reason, n_pairs in lines.values_list(*columns):
        told = found.setdefault(version, {**_stored(numbers), "unrated_reasons": {}, "pending": 0})
        if reason is not None:
            told["unrated_reasons"][reason] = n_pairs
    return found


def _ledger(campaign: Campaign, raters: Sequence[int]) -> list[dict[str, Any]]:
    query = _LEDGER.format(raters=", ".join(["%s"] * len(raters)))
    with connection.cursor() as cursor:
        cursor.execute(query, [campaign.pk, campaign.pk, *raters])
        lines = cursor.fetchall()
    return [
        {"rater": rater, "state": state or Judgment.State.PENDING, "reason": reason, **_named(numbers)}
        for rater, state, reason, *numbers in lines
    ]


def _stored(numbers: Iterable[Any]) -> dict[str, Any]:
    named = dict(zip(_STORED, numbers, strict=True))
    return named | {key: float(named[key]) for key in ("cost_usd", "saved_usd")}


def _named(numbers: Iterable[Any]) -> dict[str, Any]:
    return dict(zip(_COLUMNS, (number or 0 for number in numbers), strict=True))


def _ratings(lines: list[dict[str, Any]]) -> dict[str, Any]:
    total = {column: sum(line[column] for line in lines) for column in _COLUMNS}
    n_of = {state: sum(line["pairs"] for line in lines if line["state"] == state) for state in Judgment.State}
    return {
        "pairs": total["pairs"],
        "reused": total["reused"],
        "rated": n_of[Judgment.State.GRADED],
        "unrated": n_of[Judgment.State.UNRATED],
        "unrated_reasons": {
            line["reason"]: line["pairs"] for line in lines if line["state"] == Judgment.State.UNRATED
        },
        "pending": n_of[Judgment.State.PENDING],
        "input_tokens": total["input_tokens"],
        "output_tokens": total["output_tokens"],
        "truncated": total["truncated"],
        "cost_usd": round(float(total["cost_usd"]), _CENTS),
        "saved_usd": round(float(total["saved_usd"]), _CENTS),
    }
