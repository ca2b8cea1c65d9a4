"""Which address the result of a local run shows."""

import pytest

from evalhub.cli.run_local import stack_for
from evalhub.stack import control
from evalhub.stack.info import StackInfo

STACK = StackInfo(1, 8000, "http://127.0.0.1:8000", "2026-11-21T00:00:00")


@pytest.mark.parametrize(("running", "url"), [(STACK, STACK.url), (None, "")])
def test_a_campaign_found_finished_is_shown_where_a_stack_runs(
    running: StackInfo | None, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "running", lambda home: running)
    with stack_for(is_running=False) as shown:
        assert shown == url
