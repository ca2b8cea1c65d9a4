"""What a result says, in words."""

from collections.abc import Sequence
from itertools import combinations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from evalhub.core.concordance import concordance
from evalhub.dashboard.formatting import interval, score, share
from evalhub.dashboard.pairs import Json, Pairs

Scores = Sequence[tuple[str, Json]]


def leader_sentence(scores: Scores, pairs: Pairs) -> SafeString:
    """The best system against each of the others; `scores` come best first."""
    valued = [(name, row) for name, row in scores if row["value"] is not None]
    if not valued:
        return mark_safe("No system has a value: none of its pairs was rated.")
    leader, row = valued[0]
    others = [name for name, _ in valued[1:]]
    ahead = [
        format_html("{} by {} {}", bdi(name), score(found.difference), interval(found))
        for name in others
        if (found := pairs.of(leader, name)) and found.verdict == "better"
    ]
    tied = [bdi(name) for name in others if pairs.verdict(leader, name) == "tie"]
    clauses = []
    if ahead:
        clauses.append(format_html("{} scores higher than {}", bdi(leader), listed(ahead)))
    if len(tied) == 1:
        clauses.append(format_html("{} and {} can not be told apart", bdi(leader), tied[0]))
    elif tied:
        # Not "a, b and c": those that are tied with the leader may well differ from each other.
        clauses.append(format_html("{} can not be told apart from {}", bdi(leader), listed(tied)))
    if not clauses:
        clauses.append(format_html("{} scores {} {}", bdi(leader), score(row["value"]), interval(row)))
    return format_html("{}.", format_html_join("; ", "{}", ((clause,) for clause in clauses)))


def coverage_sentence(scores: Scores, floor: float) -> SafeString | None:
    """A warning where too few pairs have a grade for the estimate to stand on."""
    low = [
        format_html("{} ({})", bdi(name), share(row["coverage"]))
        for name, row in scores
        if row["coverage"] is not None and row["coverage"] < floor
    ]
    if not low:
        return None
    return format_html(
        "Below the coverage floor of {}: {}. Trust the bounds, not the estimate, or have the rest rated.",
        share(floor),
        listed(low),
    )


def agreement_sentence(
    rater: str, measure: str, systems: Sequence[str], pairs: Pairs, gold_pairs: Pairs
) -> SafeString | None:
    """Whether the rater tells systems apart where gold labels do; None where there is nothing to compare."""
    compared = list(combinations(systems, 2))
    if not any(gold_pairs.of(*pair) for pair in compared):
        return None
    found = concordance((pairs.verdict(*pair), gold_pairs.verdict(*pair)) for pair in compared)
    if not found.n_gold:
        return format_html("{} on gold labels finds no difference between these systems either way.", measure)
    return format_html(
        "{} that {} on gold labels finds, {} finds {} and turns {} round: {}.",
        found.sentence_start,
        measure,
        bdi(rater),
        found.n_found,
        found.n_contradicted,
        found.sentence_end,
    )


def bdi(name: str) -> SafeString:
    """A name that can not turn round the text after it."""
    return format_html("<bdi>{}</bdi>", name)


def listed(items: Sequence[SafeString]) -> SafeString:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return format_html_join("", "{}", ((item,) for item in items))
    return format_html("{} and {}", format_html_join(", ", "{}", ((i,) for i in items[:-1])), items[-1])
