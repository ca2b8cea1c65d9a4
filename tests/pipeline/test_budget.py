"""A campaign stops before the call that could pass its budget, and goes on with a larger one."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from evalhub import wiring
from evalhub.models import Campaign, Job, Judgment, Workspace, WorkUnit
from evalhub.pipeline import budget
from evalhub.pipeline.kind import Later
from evalhub.selectors.results import campaign_results
from evalhub.services.campaigns import campaign_release, campaign_start
from evalhub.services.prices import price_set
from evalhub.services.spec_inputs.load import inputs_import
from evalhub.spec.errors import SpecError
from evalhub.spec.load import parse_spec
from tests.pipeline.conftest import Broker
from tests.raters.providers import loopback_server, send

N_DOCUMENTS = 10
CALL_USD = Decimal("0.001")  # 1,000 tokens in at 1 USD for a million


@pytest.fixture
def calls() -> list[bytes]:
    return []


@pytest.fixture
def base_url(calls: list[bytes]) -> Iterator[str]:
    """A provider that finds everything relevant and bills 1,000 tokens a call."""

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        calls.append(body)
        message = {"role": "assistant", "content": '{"rationale": "so", "grade": 3}'}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1000, "completion_tokens": 0, "total_tokens": 1000}
        done = {"id": "c", "object": "chat.completion", "created": 1, "model": "m"}
        send(handler, 200, json.dumps({**done, "choices": [choice], "usage": usage}))

    with loopback_server(answer) as url:
        yield url
    wiring._hosted_rater.cache_clear()


@pytest.fixture
def start(
    workspace: Workspace, broker: Broker, base_url: str, tmp_path: Path, settings: Any
) -> Callable[..., Campaign]:
    """Start a campaign of ten pairs."""
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()
    documents = [{"_id": f"d{n}", "text": f"text {n}"} for n in range(N_DOCUMENTS)]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in documents))
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "which?"}\n')
    hits = "".join(f"q1 Q0 d{n} {n + 1} {N_DOCUMENTS - n} x\n" for n in range(N_DOCUMENTS))
    (tmp_path / "run.trec").write_text(hits)

    def begin(budget_usd: float | None, **rater: object) -> Campaign:
        price = {"input_usd_per_mtok": 1.0, "output_usd_per_mtok": 0.0}
        asked = {
            "name": "capped",
            "corpus": {"name": "c", "path": "corpus.jsonl"},
            "queries": {"name": "q", "path": "queries.jsonl"},
            "systems": [{"name": "s", "run": "run.trec"}],
            "raters": [{"name": "judge", "kind": "hosted", "model": "m", "base_url": base_url}],
            "budget": None if budget_usd is None else {"cost_usd": budget_usd},
        }
        asked["raters"][0].update(rater or price)  # type: ignore[index]
        spec = parse_spec(asked, base_dir=tmp_path)
        inputs = inputs_import(workspace, spec, clock=timezone.now)
        return campaign_start(workspace, spec, inputs, user=None, now=timezone.now())

    return begin


def graded(campaign: Campaign) -> int:
    campaign.refresh_from_db()
    return Judgment.objects.filter(state=Judgment.State.GRADED).count()


def test_it_stops_before_the_cap_and_goes_on(
    start: Callable[..., Campaign], broker: Broker, calls: list[bytes]
) -> None:
    campaign = start(0.01)
    broker.drain()
    n_before = graded(campaign)
    assert campaign.state == Campaign.State.PAUSED
    assert "evalhub campaign retry" in campaign.error
    assert 0 < n_before < N_DOCUMENTS
    assert len(calls) == n_before
    # No more than the cap, and so close to it that not one more call was sure to fit.
    assert n_before * CALL_USD <= Decimal("0.01")
    job = Job.objects.get(kind=Job.Kind.RATE)
    assert job.spent_usd == n_before * CALL_USD
    assert WorkUnit.objects.filter(reserved_usd__gt=0).count() == 0
    campaign_release(campaign, now=timezone.now(), budget_usd=1.0)
    broker.drain()
    assert graded(campaign) == N_DOCUMENTS
    assert campaign.state == Campaign.State.DONE
    assert campaign.error == ""
    assert len(calls) == N_DOCUMENTS  # nothing was paid twice


def test_a_later_campaign_pays_nothing_for_what_was_bought(
    start: Callable[..., Campaign], broker: Broker, calls: list[bytes]
) -> None:
    start(None)
    broker.drain()
    again = start(0.0)
    broker.drain()
    assert graded(again) == N_DOCUMENTS
    assert again.state == Campaign.State.DONE
    assert len(calls) == N_DOCUMENTS
    (rating,) = campaign_results(again)["ratings"]
    assert (rating["cost_usd"], rating["saved_usd"]) == (0.0, pytest.approx(0.01))


def test_a_budget_of_nothing_buys_nothing(
    start: Callable[..., Campaign], broker: Broker, calls: list[bytes]
) -> None:
    campaign = start(0.0)
    broker.drain()
    assert graded(campaign) == 0
    assert campaign.state == Campaign.State.PAUSED
    assert calls == []


def test_money_that_others_reserved_is_waited_for(start: Callable[..., Campaign], broker: Broker) -> None:
    campaign = start(0.01)
    job = campaign.jobs.get(kind=Job.Kind.RATE)
    held = {"job": job, "available_at": timezone.now(), "state": WorkUnit.State.CLAIMED, "attempt": 1}
    WorkUnit.objects.create(number=8, reserved_usd=Decimal("0.008"), **held)
    mine = WorkUnit.objects.create(number=9, **held)
    assert budget.reserve(mine, [0.002, 0.002]) == 1
    with pytest.raises(Later, match="reserved by calls in flight"):
        budget.reserve(mine, [0.003])
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.RUNNING
    with pytest.raises(Later):
        budget.reserve(mine, [0.011])
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.PAUSED


def test_a_budget_wants_known_prices(start: Callable[..., Campaign], workspace: Workspace) -> None:
    with pytest.raises(SpecError, match="evalhub price set"):
        start(1.0, max_in_flight=4)
    price_set(workspace, "m", input_usd=2.0, output_usd=8.0)
    campaign = start(1.0, max_in_flight=4)
    version = campaign.campaign_raters.get().rater_version
    assert (version.spec["input_usd_per_mtok"], version.spec["output_usd_per_mtok"]) == (2.0, 8.0)
