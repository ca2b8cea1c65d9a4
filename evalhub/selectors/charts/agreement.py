"""Rows of the charts of agreement, out of stored reports."""

from typing import Any

Json = dict[str, Any]
Rows = list[Json]

# What is drawn on one axis; ECE is the other way round and stands in the table.
DRAWN = ("accuracy", "kappa", "alpha_", "bias_gains", "auc", "query_auc")
CEILINGS = {"kappa_quadratic": "against_others", "alpha_ordinal": "alpha_ordinal"}
"""Which figure of people among themselves a figure is held against."""


def figure_rows(report: Json) -> Rows:
    """Each figure with its interval, the majority baseline and the human ceiling."""
    return [
        {
            "figure": name,
            "value": row["value"],
            "low": row["low"],
            "high": row["high"],
            "baseline": report["baseline"].get(name),
            "ceiling": ceiling_of(report, name),
            "n_pairs": row["n_pairs"],
            "n_queries": row["n_queries"],
        }
        for name, row in report["figures"].items()
        if name.startswith(DRAWN) and row["value"] is not None
    ]


def ceiling_of(report: Json, name: str) -> float | None:
    """What people reach among themselves, where that is the same figure; None where it is not known."""
    found = report["human_ceiling"]
    value: float | None = found[CEILINGS[name]]["value"] if found and name in CEILINGS else None
    return value


def calibration_rows(report: Json) -> Rows:
    """What was said beside what was found, by bin."""
    words = {"expected": "expected grade", "grade": "probability of the grade given"}
    return [
        {
            "of": words[name],
            "said": point["predicted"],
            "found": point["observed"],
            "from": point["low"],
            "to": point["high"],
            "n_pairs": point["n_pairs"],
        }
        for name, points in report["reliability"].items()
        for point in points
    ]


def tag_rows(report: Json) -> Rows:
    """Agreement within each query tag: quadratic kappa, or AUC where the scales differ."""
    rows = []
    for tag in report["tags"]:
        name = "kappa_quadratic" if "kappa_quadratic" in tag["figures"] else "auc>=1"
        row = tag["figures"].get(name)
        if row and row["value"] is not None:
            found = {key: row[key] for key in ("value", "low", "high")}
            counted = {"n_pairs": tag["n_pairs"], "n_queries": tag["n_queries"]}
            rows.append({"tag": tag["tag"], "figure": name, **found, **counted})
    return rows


def grader_rows(overview: Json) -> Rows:
    """Quadratic kappa of each grader against gold labels, the best first."""
    ceiling = overview["human_ceiling"]
    return [
        {
            "grader": row["name"],
            "value": figure["value"],
            "low": figure["low"],
            "high": figure["high"],
            "ceiling": ceiling["against_others"]["value"] if ceiling else None,
            "n_pairs": figure["n_pairs"],
            "n_queries": figure["n_queries"],
        }
        for row in overview["graders"]
        if (figure := row["figures"].get("kappa_quadratic")) and figure["value"] is not None
    ]
