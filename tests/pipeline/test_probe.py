"""Try-outs of a hosted rater, against a real server on this machine."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from evalhub import wiring
from evalhub.models import Job, Judgment, LedgerMonth, RaterVersion
from evalhub.services.probes import Typed, UnableToProbe, probe_start
from evalhub.services.workspaces import workspace_default
from raters import hosted
from raters.dialect import Dialects
from raters.tempo import Backoff
from tests.dashboard.inputs_pages.raters import hosted_version
from tests.pipeline.hosted_campaign import start_campaign, work, write_spec
from tests.raters.fault_server import fault_server, status

PAIR = Typed(query="open a file", text="Use open().")
PRICES = {"input_usd_per_mtok": 1000.0, "output_usd_per_mtok": 1000.0}


@pytest.fixture(autouse=True)
def quick(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()
    monkeypatch.setenv("NO_SUCH_KEY", "sk-none")
    monkeypatch.setattr(hosted, "USUAL", Backoff(max_attempts=2, base_s=0.0))
    monkeypatch.setattr(hosted, "KNOWN", Dialects())
    monkeypatch.setattr("evalhub.dispatch._send", lambda *_: None)
    wiring._hosted_rater.cache_clear()


def version_at(base_url: str) -> RaterVersion:
    return hosted_version(workspace_default(), base_url=base_url, **PRICES)


def test_a_pair_is_bought_once_and_is_in_the_ledger() -> None:
    with fault_server() as server:
        version = version_at(server.base_url)
        probe = probe_start(version, PAIR, now=timezone.now())
        work()
        assert probe_start(version, PAIR, now=timezone.now()) == probe
        work()
        assert sum(server.calls.values()) == 1

    judgment, line = Judgment.objects.get(), LedgerMonth.objects.get()
    assert (judgment.state, line.n_graded) == ("graded", 1)
    assert judgment.cost_usd > 0
    assert judgment.cost_usd == Decimal(judgment.input_tokens + judgment.output_tokens) / 1000
    assert line.cost_usd == Job.objects.get(kind="probe").spent_usd == judgment.cost_usd


def test_a_pair_that_a_campaign_bought_is_shown_and_not_bought_again(tmp_path: Path) -> None:
    with fault_server() as server:
        start_campaign(write_spec(tmp_path, server.base_url, 10))
        work()
        n_calls = sum(server.calls.values())
        probe = probe_start(RaterVersion.objects.get(), Typed("query 0", "document 3"), now=timezone.now())
        work()
        assert sum(server.calls.values()) == n_calls

    assert Judgment.objects.filter(document_digest=probe.document_digest).count() == 1
    assert Job.objects.get(probe=probe).state == "done"


def test_a_provider_that_is_away_is_waited_for_and_then_given_up() -> None:
    with fault_server() as server:
        version = version_at(server.base_url)
    probe = probe_start(version, PAIR, now=timezone.now())
    work(60)

    job = Job.objects.get(probe=probe)
    assert job.state == "failed"
    assert "connection refused" in job.error
    assert Judgment.objects.get().state == "pending"


def test_a_refused_call_is_unrated_with_its_reason() -> None:
    with fault_server() as server:
        server.always.append(status(400, "this content is not allowed", code="content_filter"))
        version = version_at(server.base_url)
        probe_start(version, PAIR, now=timezone.now())
        work()

    judgment = Judgment.objects.get()
    assert judgment.state == "unrated"
    assert judgment.reason


def test_a_rater_of_labels_is_refused() -> None:
    version = hosted_version(workspace_default())
    version.kind = "gold"
    with pytest.raises(UnableToProbe, match="looks up people's labels"):
        probe_start(version, PAIR, now=timezone.now())
