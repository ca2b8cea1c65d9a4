"""A hosted rater in a campaign: what is given up, what is waited for, what is never told."""

import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evalhub import conf, wiring
from evalhub.models import Campaign, Job, Judgment, ProviderKey, WorkUnit
from evalhub.pipeline import rate
from evalhub.services.campaigns import campaign_hold, campaign_release
from evalhub.services.provider_keys import provider_key_set
from evalhub.services.raters import resolve_rater
from evalhub.services.workspaces import workspace_default
from raters import hosted
from raters.dialect import Dialects
from raters.tempo import Backoff
from tests.people import person
from tests.pipeline.hosted_campaign import dump, start_campaign, work, write_spec
from tests.raters.fault_server import cut, fault_server, status

KEY = "sk-very-secret-key-123"


@pytest.fixture(autouse=True)
def quick(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    """A home of its own, quick heartbeats, no waiting between calls, nothing known of any endpoint."""
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()
    settings.EVALHUB_HEARTBEAT_S = 0.02
    monkeypatch.setattr(hosted, "USUAL", Backoff(max_attempts=2, base_s=0.0))
    monkeypatch.setattr(hosted, "KNOWN", Dialects())
    monkeypatch.setattr("evalhub.dispatch._send", lambda *_: None)
    wiring._hosted_rater.cache_clear()


def rate_job() -> Job:
    return Job.objects.get(kind=Job.Kind.RATE)


def states() -> dict[str, int]:
    found = list(Judgment.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


def test_a_campaign_rates_each_pair_once(tmp_path: Path) -> None:
    with fault_server() as server:
        campaign = start_campaign(write_spec(tmp_path, server.base_url, 40))
        work()

    campaign.refresh_from_db()
    assert (campaign.state, campaign.error) == (Campaign.State.DONE, "")
    assert states() == {"graded": 40}
    assert sum(server.calls.values()) == 40


def test_to_plan_over_rated_pairs_takes_few_queries(
    tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    with fault_server() as server:
        start_campaign(write_spec(tmp_path, server.base_url, 400))
        work()

    # One of the job's rater, one for its pool, one for the states of all 400 pairs of 40 queries, and one to
    # see that the ledger knows the pool.
    job = rate_job()
    with django_assert_max_num_queries(4):
        assert list(rate.plan(job)) == []


def test_a_provider_nobody_can_reach_fails_the_job_after_some_tries_and_retry_goes_on(tmp_path: Path) -> None:
    with fault_server() as server:
        spec = write_spec(tmp_path, server.base_url, 600, max_in_flight=4)
    campaign = start_campaign(spec)
    n_rounds = work(50)

    campaign.refresh_from_db()
    assert n_rounds < 20
    assert campaign.state == Campaign.State.FAILED
    assert f"cannot reach {server.base_url}: connection refused" in campaign.error
    assert f"{rate.UNREACHABLE_TRIES} tries in a row brought nothing" in campaign.error
    assert f"See that {server.base_url} is right" in campaign.error
    assert "retry the campaign" in campaign.error
    assert states() == {"pending": 600}

    with fault_server() as back:
        address = Job.objects.get(kind=Job.Kind.RATE).params["rater_version"]
        version = rate.RaterVersion.objects.get(pk=address)
        version.spec = {**version.spec, "base_url": back.base_url}
        version.save()
        campaign_release(campaign, now=timezone.now())
        work()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DONE
    assert states() == {"graded": 600}


def test_a_try_that_stored_something_starts_the_count_again(tmp_path: Path) -> None:
    with fault_server() as server:
        n_lives = [0]

        def mostly_dead(handler: Any, request: Any) -> bool:
            """Lets one call in nine through: each try of a unit stores little, but stores."""
            n_lives[0] += 1
            return n_lives[0] % 9 != 0 and cut(handler, request)

        server.always.append(mostly_dead)
        campaign = start_campaign(write_spec(tmp_path, server.base_url, 30, max_in_flight=4))
        n_rounds = work(500)

    campaign.refresh_from_db()
    assert n_rounds > rate.TRANSIENT_TRIES
    assert (campaign.state, campaign.error) == (Campaign.State.DONE, "")
    assert server.paid == {f"document {n}": 1 for n in range(30)}


def test_what_was_stored_before_a_provider_went_away_stays(tmp_path: Path) -> None:
    with fault_server() as server:

        def down_after_seven(handler: Any, request: Any) -> bool:
            return sum(server.calls.values()) > 7 and status(503)(handler, request)

        server.always.append(down_after_seven)
        campaign = start_campaign(write_spec(tmp_path, server.base_url, 20, max_in_flight=1))
        work(60)
        campaign.refresh_from_db()
        assert campaign.state == Campaign.State.FAILED
        assert f"{rate.TRANSIENT_TRIES} tries in a row" in campaign.error
        assert states() == {"graded": 7, "pending": 13}
        server.always.clear()
        campaign_release(campaign, now=timezone.now())
        work()

    assert states() == {"graded": 20}
    assert set(server.paid.values()) == {1}


@pytest.mark.parametrize("state", [Campaign.State.PAUSED, Campaign.State.CANCELLED])
def test_calls_in_flight_when_a_campaign_is_held_are_stored_and_no_new_one_is_made(
    tmp_path: Path, state: Campaign.State
) -> None:
    all_open, may_answer = threading.Barrier(5), threading.Event()

    def wait(handler: Any, request: Any) -> bool:
        if not may_answer.is_set():
            all_open.wait(30)
            may_answer.wait(30)
        return False

    with fault_server() as server:
        server.always.append(wait)
        campaign = start_campaign(write_spec(tmp_path, server.base_url, 40, max_in_flight=4))

        def hold() -> None:
            all_open.wait(30)
            campaign_hold(campaign, state, now=timezone.now())
            seen = threading.Event()
            # Answer only once the worker knows: a heartbeat found the job held.
            while not seen.wait(0.02):
                if known.is_set():
                    may_answer.set()
                    return

        known = threading.Event()
        from evalhub.pipeline.heartbeat import Heartbeat

        beat = Heartbeat._beat

        def noted(self: Heartbeat) -> None:
            beat(self)
            if self._is_lost:
                known.set()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Heartbeat, "_beat", noted)
            holder = threading.Thread(target=hold)
            holder.start()
            work()
            holder.join()
        assert sum(server.calls.values()) == 4
        assert states() == {"graded": 4, "pending": 36}
        assert not WorkUnit.objects.filter(state=WorkUnit.State.CLAIMED).exists()
        campaign_release(campaign, now=timezone.now())
        work()

    assert states() == {"graded": 40}
    assert set(server.paid.values()) == {1}


@pytest.mark.parametrize("code", [400, 401, 500])
def test_a_key_that_the_provider_echoes_is_nowhere(
    tmp_path: Path,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    client: Client,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("JUDGE_KEY", KEY)
    with fault_server() as server:
        server.always.append(status(code, f"Incorrect API key provided: Bearer {KEY}", {"x-echo": KEY}))
        campaign = start_campaign(write_spec(tmp_path, server.base_url, 20, api_key_env="JUDGE_KEY"))
        work(60)

    campaign.refresh_from_db()
    client.force_login(person())
    pages = [client.get(path).content.decode() for path in ("/", f"/campaigns/{campaign.pk}/")]
    assert "[API key]" in campaign.error
    assert "[API key]" in pages[1]
    assert KEY not in dump()
    assert KEY not in caplog.text
    assert not any(KEY in page for page in pages)
    assert all(request for request in server.requests)


def test_a_stored_key_is_sent_and_a_replaced_one_reaches_workers_that_run(tmp_path: Path) -> None:
    sent: list[str] = []

    def takes_only_the_new(handler: Any, request: Any) -> bool:
        sent.append(handler.headers["authorization"])
        return sent[-1] == f"Bearer {KEY}" and status(401, f"revoked: {KEY}")(handler, request)

    provider_key_set(workspace_default(), "mine", KEY)
    with fault_server() as server:
        server.always.append(takes_only_the_new)
        campaign = start_campaign(write_spec(tmp_path, server.base_url, 20, api_key="mine"))
        work()
        campaign.refresh_from_db()
        assert campaign.state == Campaign.State.FAILED
        assert "revoked: [API key]; check the stored key mine" in campaign.error
        assert KEY not in dump()
        provider_key_set(workspace_default(), "mine", "sk-new")
        campaign_release(campaign, now=timezone.now())
        work()

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DONE
    assert set(sent) == {f"Bearer {KEY}", "Bearer sk-new"}
    assert states() == {"graded": 20}


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("row", "the stored key mine is not set; store it with: evalhub key set mine"),
        ("secret", "the stored key mine is encrypted with another secret; bring back the one of then"),
    ],
)
def test_a_stored_key_that_cannot_be_had_fails_the_job_with_the_remedy(
    tmp_path: Path, lost: str, said: str
) -> None:
    provider_key_set(workspace_default(), "mine", KEY)
    with fault_server() as server:
        campaign = start_campaign(write_spec(tmp_path, server.base_url, 20, api_key="mine"))
        if lost == "row":
            ProviderKey.objects.all().delete()
        else:
            conf.key_secret_file().unlink()
        work()

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.FAILED
    assert said in campaign.error
    assert not server.calls


def test_a_spec_written_before_a_field_was_added_still_reads() -> None:
    spec = resolve_rater({"name": "j", "kind": "hosted", "model": "m"}).to_dict()
    new = {"api_key", "connect_timeout_s", "read_timeout_s", "requests_per_minute", "tokens_per_minute"}

    old = {key: value for key, value in spec.items() if key not in new}
    assert rate.RaterSpec.from_dict(old).read_timeout_s == 60.0
