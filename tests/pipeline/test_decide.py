"""What a job needs next, from counts alone."""

import pytest

from evalhub.pipeline.decide import Facts, Step, decide


def facts(state: str, **changes: int | bool) -> Facts:
    values: dict[str, int | bool] = {
        "is_planned": True,
        "n_required_open": 0,
        "n_required_failed": 0,
        "n_free": 0,
        "n_claimed": 0,
        "n_failed": 0,
    }
    return Facts(state=state, **{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "step"),
    [
        (facts("waiting", n_required_open=1), Step.NOTHING),
        (facts("waiting"), Step.START),
        (facts("waiting", n_required_open=1, n_required_failed=1), Step.FAIL),
        (facts("running", n_free=1, n_failed=1), Step.FEED),
        (facts("running", n_claimed=1, n_failed=1), Step.NOTHING),
        (facts("running", n_failed=1), Step.FAIL),
        (facts("running", is_planned=False), Step.NOTHING),
        (facts("running"), Step.COMPLETE),
        (facts("paused", n_free=1), Step.NOTHING),
        (facts("cancelled"), Step.NOTHING),
        (facts("done"), Step.NOTHING),
        (facts("failed", n_free=1), Step.NOTHING),
    ],
)
def test_decide(given: Facts, step: Step) -> None:
    assert decide(given) is step
