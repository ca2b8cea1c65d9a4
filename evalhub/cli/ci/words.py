"""A result in words and signs that every report shares."""

from typing import Any

Json = dict[str, Any]


def value_text(measure: Json | None) -> str:
    """A value with its interval; what is undefined is a dash, never 0."""
    if measure is None or measure["value"] is None:
        return "–"
    if measure["low"] is None:
        return f"{measure['value']:.3f}"
    return f"{measure['value']:.3f} [{measure['low']:.3f}, {measure['high']:.3f}]"


def difference_text(row: Json) -> str:
    """A difference with its interval and its sign."""
    if row["difference"] is None:
        return "–"
    if row["low"] is None:
        return f"{row['difference']:+z.3f}"
    return f"{row['difference']:+z.3f} [{row['low']:+z.3f}, {row['high']:+z.3f}]"


def measure_names(results: Json) -> list[str]:
    """All measures in the order they come: the rater's, then those on gold labels."""
    names: dict[str, None] = {}
    for key in ("measures", "gold_measures"):
        for row in results["systems"]:
            names.update(dict.fromkeys(row[key]))
    return list(names)


def rule_name(rule: Json) -> str:
    """A gate rule in words."""
    if rule["max_cost_usd"] is not None:
        return f"paid at most ${rule['max_cost_usd']:g}"
    segment = f", queries tagged {rule['segment']}" if rule["segment"] else ""
    if rule["minimum"] is not None:
        return f"{rule['measure']} at least {rule['minimum']}{segment}"
    where = f" ({rule['baseline_asked']})" if rule["baseline_asked"] else ""
    return f"{rule['measure']} no worse than {rule['baseline']}{where} by {rule['margin']}{segment}"


def work_text(results: Json) -> str:
    """What was graded and paid for this campaign; that nothing was, where all was there before."""
    rows = results["ratings"]
    n_pairs, n_new = (sum(row["pairs"] for row in rows), sum(row["pairs"] - row["reused"] for row in rows))
    paid = sum(row["cost_usd"] for row in rows)
    if not rows:
        return ""
    if not n_new and not paid:
        return f"Nothing was graded anew and nothing was paid: all {n_pairs:,} pairs were graded before."
    return f"{n_new:,} of {n_pairs:,} pairs were graded anew, for ${paid:.4f}."


def source_text(results: Json) -> str:
    """Commit, branch and actor, as far as they are known."""
    source = results["source"]
    parts = (
        f"commit {source['commit'][:12]}" if source["commit"] else "",
        f"branch {source['branch']}" if source["branch"] else "",
        f"by {source['actor']}" if source["actor"] else "",
    )
    return ", ".join(part for part in parts if part)
