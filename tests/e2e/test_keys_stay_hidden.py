"""An API key that a provider repeats in all it says is in no file, table, page, answer or terminal."""

import base64
import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from tests.e2e.conftest import Home, wait_until
from tests.pipeline.hosted_campaign import write_spec
from tests.raters.fault_server import FaultServer, fault_server
from tests.raters.providers import completion_body, send

pytestmark = pytest.mark.slow

KEY = "sk-canary/7f3a9c+E2e_0123456789"
# A name that says nothing of a key, so that nothing is hidden for its name.
VARIABLE = "JUDGE"
STORED = "canary"
N_PAIRS = 20
MODELS = ("answers", "refuses", "breaks", "hangs")
SPELLINGS = (
    KEY,
    KEY[: len(KEY) // 2 + 2],
    quote(KEY, safe=""),
    KEY.replace("/", "\\/"),
    "".join(f"\\u{ord(sign):04x}" for sign in KEY),
    base64.b64encode(KEY.encode()).decode().rstrip("="),
)
UNITS_SAID = """
    SELECT u.error FROM evalhub_workunit u JOIN evalhub_job j ON j.id = u.job_id WHERE j.label LIKE ?
"""


class Echo:
    """Repeats the key in its answer; the asked model's name says which answer."""

    def __init__(self, server: FaultServer) -> None:
        self._server = server
        self.seen: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> bool:
        sent = str(handler.headers["authorization"])
        with self._lock:
            self.seen.add(sent)
        echoed = {"x-echo": sent, "www-authenticate": sent}
        if request["model"] == "answers":
            plain = completion_body(2, rationale=f"{sent} and {KEY[:20]} was cut")
            send(handler, 200, plain.replace("/", "\\/"), echoed)
        elif request["model"] == "refuses":
            error = {"message": f"Incorrect API key provided: {sent}", "code": KEY, "param": KEY}
            send(handler, 401, json.dumps({"error": error}), echoed)
        elif request["model"] == "breaks":
            send(handler, 500, f"<html>{sent} {quote(KEY, safe='')}</html>", echoed)
        else:
            self._server.released.wait(60)
            handler.close_connection = True
        return True


@pytest.fixture
def echo() -> Iterator[tuple[FaultServer, Echo]]:
    """A provider that repeats the key."""
    with fault_server() as server:
        says = Echo(server)
        server.always.append(says)
        yield server, says


def dump(home: Home) -> str:
    """Every table, as text."""
    database = sqlite3.connect(f"file:{home.folder}/evalhub.sqlite3?mode=ro", uri=True)
    try:
        return "\n".join(database.iterdump())
    finally:
        database.close()


def files(home: Home) -> dict[str, str]:
    """Every file of an installation, read byte by byte."""
    return {
        str(path.relative_to(home.folder)): path.read_bytes().decode("latin-1")
        for path in home.folder.rglob("*")
        if path.is_file()
    }


def answers(home: Home, password: str) -> dict[str, str]:
    """Pages and REST answers about campaigns, and error pages, as a person who signed in gets them."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{home.port}", follow_redirects=True, timeout=60) as client:
        form = client.get("/sign-in/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token
        fields = {"username": "auditor", "password": password, "csrfmiddlewaretoken": token[1]}
        assert "sign-in" not in str(client.post("/sign-in/", data=fields).url)
        api = [f"/api/v1/{one}" for one in ("campaigns", "keys", "raters", "systems", "schema/", "jobs/1")]
        per_campaign = [
            f"/api/v1/campaigns/{number}{which}"
            for number, model in enumerate(MODELS, 1)
            for which in ("", "/results", "/gate", "/queries", f"/hits?system={model}&query_id=q0")
        ]
        pages = [
            f"/campaigns/{number}/{which}"
            for number in range(1, len(MODELS) + 1)
            for which in ("", "queries/", "queries/1/")
        ]
        others = ["/", "/nowhere", "/campaigns/999/", "/metrics", "/readyz", "/api/v1/nowhere"]
        asked = {path: client.get(path) for path in (*api, *per_campaign, *pages, *others)}
    assert {asked["/campaigns/1/"].status_code, asked[per_campaign[4]].status_code} == {200}
    assert asked["/nowhere"].status_code == 404
    assert "DEBUG = True" in asked["/nowhere"].text
    return {path: answer.text + str(answer.headers) for path, answer in asked.items()}


def spec_of(path: Path, model: str, base_url: str, *, is_first: bool) -> Path:
    """A spec of a rater with the key; only the first brings its inputs along."""
    described = json.loads(
        write_spec(
            path, base_url, N_PAIRS, model, model=model, api_key_env=VARIABLE, read_timeout_s=0.5, timeout_s=1
        ).read_text()
    )
    judge = described["raters"][0]
    judge["name"] = model
    if model == "answers":
        judge["api_key"] = STORED
        del judge["api_key_env"]
    if not is_first:
        described |= {"corpus": {"name": "c"}, "queries": {"name": "q"}}
    spec = path / f"{model}.yaml"
    spec.write_text(json.dumps(described))
    return spec


def test_no_spelling_of_the_key_is_anywhere(
    make_home: Callable[[str], Home], tmp_path: Path, echo: tuple[FaultServer, Echo]
) -> None:
    server, says = echo
    home = make_home("home")
    home.environment |= {VARIABLE: KEY, "EVALHUB_DEBUG": "1"}
    password = home.run("user", "add", "auditor").rpartition("password ")[2].strip()
    home.run("up", "--detach")
    printed = [home.run("key", "set", STORED, given=KEY), home.run("key", "list")]
    specs = {
        model: spec_of(tmp_path, model, server.base_url, is_first=model == "answers") for model in MODELS
    }
    printed.append(home.run("run", specs["answers"]))
    refused = home.start("run", specs["refuses"])
    printed.append(refused.communicate(timeout=600)[0])
    assert refused.returncode == 4, printed[-1]

    # These two are tried again for hours: look at what a failed try leaves, then end them.
    for number, (model, said) in enumerate({"breaks": "HTTP 500", "hangs": "no answer|silent"}.items(), 3):
        process = home.start("run", specs[model])
        wait_until(
            lambda said=said, model=model: any(
                re.search(said, error) for (error,) in home.rows(UNITS_SAID, f"%{model}%")
            ),
            f"a unit of {model} tells what the provider said",
        )
        printed += [home.run("campaign", "show", number), home.run("campaign", "cancel", number)]
        printed.append(process.communicate(timeout=600)[0])

    printed.append(home.run("export", "judgments", 1))
    told = answers(home, password)
    tables = dump(home)
    printed.append(home.run("down"))

    assert says.seen == {f"Bearer {KEY}"}
    assert "[API key]" in printed[3]
    assert "[API key]" in told["/campaigns/2/"]
    assert "[API key] and [API key] was cut" in tables
    everything = {"terminal": "\n".join(printed), "tables": tables, **told, **files(home)}
    assert any(name.endswith(".log") for name in everything)
    leaks = {name for name, text in everything.items() if any(spelling in text for spelling in SPELLINGS)}
    assert leaks == set()
