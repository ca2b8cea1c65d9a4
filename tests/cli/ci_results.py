"""A result as `evalhub run` gets it, with names that nobody should use."""

from typing import Any

Json = dict[str, Any]

HOSTILE = "::error::x|`</td>\n![a](http://evil/x.png) @octocat #12 [b](javascript:c) \x1b[31m"


def rule(outcome: str, reason: str = "PWAS@10 of a is 0.55", **changes: Any) -> Json:
    """A rule with a minimum."""
    return {
        "system": "a",
        "measure": "PWAS@10",
        "minimum": 0.6,
        "baseline": None,
        "margin": None,
        "max_cost_usd": None,
        "segment": None,
        "coverage": None,
        "baseline_asked": None,
        "baseline_campaign": None,
        "value": 0.55,
        "low": 0.5,
        "high": 0.59,
        "n_queries": 91,
        "outcome": outcome,
        "reason": reason,
        "needs": None,
        **changes,
    }


def system(name: str, value: float | None, low: float | None = None, high: float | None = None) -> Json:
    measure = {"value": value, "low": low, "high": high, "n_queries": 91, "coverage": 1.0}
    return {
        "name": name,
        "rater": "judge",
        "measures": {"PWAS@10": measure},
        "gold_measures": {},
        "profile": {},
    }


def results(*rules: Json, outcome: str | None = None, **changes: Any) -> Json:
    """A campaign of two systems."""
    return {
        "campaign": {"id": 7, "name": "nightly", "state": "done", "url": "https://hub.example/campaigns/7/"},
        "source": {"commit": "9fceb02d0ae5", "branch": "main", "actor": "octocat", "url": None},
        "settings": {"cutoff": 10, "weights": "log2", "raters": [{"name": "judge", "version": "sha256:a"}]},
        "systems": [system("a", 0.55, 0.5, 0.6), system("b", 0.65, 0.6, 0.7)],
        "comparisons": [
            {
                "system": "a",
                "baseline": "b",
                "rater": "judge",
                "measure": "PWAS@10",
                "difference": -0.1,
                "low": -0.15,
                "high": -0.05,
                "p_value": 0.01,
                "p_holm": 0.01,
                "n_queries": 91,
                "verdict": "worse",
            }
        ],
        "ratings": [{"rater": "judge", "pairs": 910, "reused": 910, "cost_usd": 0.0}],
        "gate": {"outcome": outcome, "rules": list(rules)},
        "timings_s": {"total": 12.5},
        "error": "",
        "warnings": [],
        **changes,
    }
