"""What changed, in words."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from evalhub.dashboard.formatting import interval, signed
from evalhub.dashboard.sentences import bdi, listed
from evalhub.selectors.result.changes import Changes
from evalhub.selectors.result.paired import SystemChange


def changes_sentence(changes: Changes) -> SafeString:
    """Which systems score higher or lower than before, and of which that can not be said."""
    if changes.is_same:
        return mark_safe("Nothing changed: the inputs are the same, and so are the scores.")
    if changes.reason:
        return format_html("{}", changes.reason)
    clauses = [
        format_html("{} {}", listed([_moved(row) for row in rows]), words)
        for verdict, words in (("better", "higher than before"), ("worse", "lower than before"))
        if (rows := [row for row in changes.systems if row.verdict == verdict])
    ]
    if tied := [bdi(row.name) for row in changes.systems if row.verdict == "tie"]:
        clauses.append(format_html("no change found for {}", listed(tied)))
    if not clauses:
        return mark_safe("No system was scored in both campaigns.")
    return format_html("{}.", format_html_join("; ", "{}", ((clause,) for clause in clauses)))


def _moved(row: SystemChange) -> SafeString:
    found = {"low": row.result.low, "high": row.result.high}
    return format_html("{} {} {}", bdi(row.name), signed(row.result.difference), interval(found))
