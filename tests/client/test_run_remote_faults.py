"""`evalhub run --server` where the network or the server fails: what the exit code says."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import httpx2
import pytest

from evalhub import cli
from evalhub.cli.run_remote import run_remotely
from evalhub.client import EvalHub, EvalHubError
from evalhub.client_deadline import Deadline
from evalhub.spec.load import load_spec

Write = Callable[[str, str], Path]
Fault = httpx2.Response | Exception

SPEC = """
name: nightly
corpus: {name: books, path: corpus.jsonl}
queries: {name: head}
systems: [{name: minilm, embedding_model: minilm}]
"""
LOST = httpx2.ConnectError("refused")
BROKEN = httpx2.Response(502, text="<html>bad gateway")
PARKED = httpx2.Response(200, text="<html>we are moving")


class Server:
    """One that answers as it should, but for addresses that it fails at, for ever or some times."""

    def __init__(self) -> None:
        self.faults: dict[str, list[Fault]] = {}
        self.asked: list[str] = []
        self.slept: list[float] = []
        self.answers: dict[str, dict[str, Any]] = {
            "POST corpora": {"id": 1},
            "POST corpora/1/documents": {"id": 2},
            "GET jobs/2": {"id": 2, "kind": "ingest", "label": "", "state": "done", "snapshot": 5},
            "GET corpora/1": {"id": 1, "snapshot": {"number": 6}},
            "GET corpora/1/snapshots": {"next": None, "results": [{"number": 6}, {"number": 5}]},
            "POST campaigns": {"id": 7},
            "GET campaigns/7": {"id": 7, "state": "done", "jobs": []},
            "GET campaigns/7/results": {"campaign": {"id": 7}},
        }
        self.answers["GET jobs/2"] |= {
            "item_word": "documents", "is_planned": True, "n_items": 2, "n_done": 2, "n_units_failed": 0,
            "is_reused": False, "error": "", "waiting_for": "", "rate_per_s": None, "eta_s": None,
        }  # fmt: skip

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        what = f"{request.method} {request.url.path.removeprefix('/api/v1/')}"
        self.asked.append(what)
        faults = self.faults.get(what, [])
        if faults:
            fault = faults[0] if faults[-1] is Ellipsis else faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault
        return httpx2.Response(200, json=self.answers[what])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server()
    transport = httpx2.MockTransport(made.handle)
    client = partial(EvalHub, transport=transport, sleep=made.slept.append)
    monkeypatch.setattr("evalhub.cli.run_remote.EvalHub", client)
    return made


@pytest.fixture
def spec(write: Write) -> Path:
    write("corpus.jsonl", '{"_id": "d1", "text": "a"}\n')
    return write("SPEC.yaml", SPEC)


def run(spec: Path) -> Any:
    return run_remotely(load_spec(spec), "http://x", "t", Deadline(None))


def code_of(spec: Path) -> int:
    with pytest.raises(click.exceptions.Exit) as stop:
        run(spec)
    return stop.value.exit_code


def test_all_is_asked_for_once(server: Server, spec: Path) -> None:
    assert run(spec) == {"campaign": {"id": 7}}
    assert sorted(server.asked) == sorted(server.answers)
    assert server.slept == []


@pytest.mark.parametrize("fault", [LOST, PARKED])
def test_a_server_that_never_answered_is_the_users_to_mend(server: Server, spec: Path, fault: Fault) -> None:
    server.faults["POST corpora"] = [fault, ...]  # type: ignore[list-item]
    with pytest.raises(EvalHubError, match=r"^http://x: .*address"):
        run(spec)


def test_an_address_that_is_none_is_told_at_once(server: Server, spec: Path) -> None:
    server.faults["POST corpora"] = [httpx2.UnsupportedProtocol("no scheme"), ...]  # type: ignore[list-item]
    with pytest.raises(EvalHubError, match="no scheme; is this the address"):
        run(spec)
    assert server.slept == []


@pytest.mark.parametrize("fault", [LOST, BROKEN, PARKED])
@pytest.mark.parametrize(
    "address",
    [
        "POST corpora/1/documents",
        "GET jobs/2",
        "GET corpora/1",
        "POST campaigns",
        "GET campaigns/7",
        "GET campaigns/7/results",
    ],
)
def test_a_server_that_is_lost_after_it_answered_has_failed(
    server: Server, spec: Path, address: str, fault: Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    server.faults[address] = [fault, ...]  # type: ignore[list-item]
    assert code_of(spec) == 4
    assert "evalhub: http://x: " in capsys.readouterr().err


@pytest.mark.parametrize("fault", [LOST, BROKEN, httpx2.Response(429, json={"detail": "slowly"})])
@pytest.mark.parametrize("address", ["GET corpora/1", "GET corpora/1/snapshots", "GET campaigns/7/results"])
def test_what_only_asks_is_asked_again(server: Server, spec: Path, address: str, fault: Fault) -> None:
    server.faults[address] = [fault] * 5
    assert run(spec) == {"campaign": {"id": 7}}
    assert server.asked.count(address) == 6
    lower = [0.5, 1, 2, 4, 8]
    assert all(low <= s <= low * 1.5 for low, s in zip(lower, server.slept, strict=True))


def test_a_server_that_fails_from_the_first_has_failed_too(server: Server, spec: Path) -> None:
    server.faults["POST corpora"] = [BROKEN, ...]  # type: ignore[list-item]
    assert code_of(spec) == 4


@pytest.mark.parametrize("address", ["POST corpora", "POST campaigns", "GET campaigns/7/results"])
@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_is_refused_is_the_users_to_mend(server: Server, spec: Path, address: str, status: int) -> None:
    server.faults[address] = [httpx2.Response(status, json={"detail": "no"})]
    with pytest.raises(EvalHubError, match=r"^no$"):
        run(spec)
    assert server.slept == []


def ended(spec: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> object:
    """The exit code of the whole command."""
    arguments = ["evalhub", "run", str(spec), "--server", "http://x", "--token", "t", *options]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as stop:
        cli.main()
    return stop.value.code


def test_the_command_ends_with_4_when_its_time_is_up(
    server: Server, spec: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers["GET campaigns/7"]["state"] = "running"
    assert ended(spec, monkeypatch, "--timeout", "0.05s") == 4
    assert "still runs after 0.05 s and goes on by itself" in capsys.readouterr().err


def test_what_others_say_is_no_command_of_the_ci_system(
    server: Server, spec: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "no\n::add-mask::e\r\n  ::error::x\n##[set-env name=PATH]x ##vso[task.x]"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    server.answers["GET jobs/2"] |= {"state": "failed", "error": hostile}
    assert ended(spec, monkeypatch) == 2
    told = capsys.readouterr().err
    assert "add-mask" in told
    assert not [line for line in told.splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in told
    assert "##vso[" not in told


@pytest.mark.parametrize("token", ["", "  ", "evh_\u200b", "evh x"])
def test_a_token_that_is_none_is_told_before_anything_is_asked(
    server: Server,
    spec: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    token: str,
) -> None:
    assert ended(spec, monkeypatch, "--token", token) == 2
    assert "token" in capsys.readouterr().err
    assert (server.asked, server.slept) == ([], [])
