"""Hosted raters in real worker processes: each pair is paid once, whoever asks and whoever dies."""

import json
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.e2e import counting_provider
from tests.e2e.conftest import Home, pid_of, wait_until
from tests.pipeline.hosted_campaign import write_spec

pytestmark = pytest.mark.slow

N_KILLS = 20
N_PAIRS = 2000
STORED = "SELECT count(*) FROM evalhub_judgment WHERE state = 'graded'"
STORED_TEXTS = """
    SELECT d.text FROM evalhub_judgment j JOIN evalhub_document d ON d.digest = j.document_digest
    WHERE j.state = 'graded'
"""
PAIRS = "SELECT count(*) FROM evalhub_judgment"
HOLDERS = """
    SELECT DISTINCT u.worker FROM evalhub_workunit u JOIN evalhub_job j ON j.id = u.job_id
    WHERE u.state = 'claimed' AND u.number > 0 AND j.kind = 'rate'
"""


@contextmanager
def provider(latency_s: float) -> Iterator[str]:
    """A counting provider; yields its base_url."""
    command = [sys.executable, str(Path(counting_provider.__file__)), str(latency_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.kill()


def record(base_url: str) -> dict[str, Any]:
    """What the provider counted."""
    told: dict[str, Any] = json.loads(urllib.request.urlopen(base_url, timeout=30).read())
    return told


def live_holder(home: Home) -> psutil.Process | None:
    """A process that holds a unit of pairs; a row may still name one that was killed."""
    holders = [pid_of(worker) for (worker,) in home.rows(HOLDERS)]
    for process_id in holders:
        try:
            process = psutil.Process(process_id)
            if process.status() != psutil.STATUS_ZOMBIE:
                return process
        except psutil.NoSuchProcess:
            continue
    return None


def test_two_campaigns_started_together_pay_each_pair_once(
    make_home: Callable[[str], Home], tmp_path: Path
) -> None:
    home = make_home("two")
    with provider(0.1) as base_url:
        specs = [write_spec(tmp_path, base_url, 400, name) for name in ("one", "other")]
        home.run("corpus", "add", "c", tmp_path / "corpus.jsonl")
        home.run("queries", "add", "q", tmp_path / "queries.jsonl")
        for spec in specs:
            described = json.loads(spec.read_text())
            spec.write_text(json.dumps({**described, "corpus": {"name": "c"}, "queries": {"name": "q"}}))
        home.run("up", "--detach")
        for process in [home.start("run", spec) for spec in specs]:
            printed, _ = process.communicate(timeout=600)
            assert process.returncode == 0, printed
        calls = record(base_url)["calls"]

    jobs = home.rows("SELECT count(*) FROM evalhub_job WHERE kind = 'rate'")
    assert jobs == [(2,)]
    assert calls == {f"document {n}": 1 for n in range(400)}
    assert home.rows(STORED) == home.rows(PAIRS) == [(400,)]


def paid_for_nothing_yet(home: Home, base_url: str) -> set[str]:
    """Documents that were asked about and have no stored grade."""
    asked = set(record(base_url)["calls"])
    return asked - {text for (text,) in home.rows(STORED_TEXTS)}


def test_kill_9_of_workers_rates_every_pair_once_and_pays_twice_only_for_what_was_open(
    make_home: Callable[[str], Home], tmp_path: Path
) -> None:
    home = make_home("killed")
    n_times_open: Counter[str] = Counter()
    with provider(0.5) as base_url:
        spec = write_spec(tmp_path, base_url, N_PAIRS, max_in_flight=16)
        home.run("up", "--detach")
        process = home.start("run", spec)
        for _ in range(N_KILLS):
            n_before = home.rows(STORED)[0][0]
            wait_until(lambda n=n_before: home.rows(STORED)[0][0] > n + 8, "rating goes on")
            holder = wait_until(lambda: live_holder(home), "a living process holds a unit")
            holder.suspend()  # else it would go on between the look and the kill
            is_open = paid_for_nothing_yet(home, base_url)
            holder.kill()
            # Once more: what it had sent may have been read by the provider only now.
            n_times_open.update(is_open | paid_for_nothing_yet(home, base_url))
        printed, _ = process.communicate(timeout=600)
        assert process.returncode == 0, printed
        calls = record(base_url)["calls"]

    assert home.rows(STORED) == home.rows(PAIRS) == [(N_PAIRS,)]
    assert set(calls) == {f"document {n}" for n in range(N_PAIRS)}
    paid_too_often = {text: n for text, n in calls.items() if n > 1 + n_times_open[text]}
    assert paid_too_often == {}
