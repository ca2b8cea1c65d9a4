"""The verdict on a candidate in words, from its numbers."""

import pytest

from evalhub.models import Rater, RaterVersion
from evalhub.selectors.loop.held_out import HeldOut


def held(value: float | None, low: float | None, high: float | None, n_pairs: int = 9) -> HeldOut:
    old, new = (RaterVersion(rater=Rater(name="judge"), number=number) for number in (1, 2))
    difference = {"value": value, "low": low, "high": high}
    return HeldOut(
        old, new, n_pairs, 3, 5, {"kappa_quadratic": {"difference": difference}} if n_pairs else {}
    )


@pytest.mark.parametrize(
    ("found", "verdict", "sentence"),
    [
        (
            held(0.12, 0.03, 0.21),
            "better",
            "Better on the held-out queries: +0.12 [+0.03, +0.21] kappa, quadratic.",
        ),
        (
            held(-0.12, -0.21, -0.03),
            "worse",
            "Worse on the held-out queries: −0.12 [−0.21, −0.03] kappa, quadratic.",
        ),
        (
            held(0.093, -0.003, 0.16),
            "tie",
            "No difference shown on the held-out queries: +0.093 [−0.003, +0.160] kappa, quadratic. "
            "Label more to tell.",
        ),
        (
            held(0.1, None, None),
            "undefined",
            "Nothing to tell from a single held-out query; label more queries.",
        ),
        (
            held(None, None, None),
            "undefined",
            "Nothing to compare: the labels of the held-out queries are all alike; label more.",
        ),
        (
            held(None, None, None, n_pairs=0),
            "undefined",
            "Nothing to compare: no label of a held-out query is about a pair that both graded.",
        ),
    ],
)
def test_the_verdict(found: HeldOut, verdict: str, sentence: str) -> None:
    assert (found.verdict, found.sentence) == (verdict, sentence)
