"""A server's REST API from Python: upload, evaluate, read the result.

from evalhub.client import EvalHub

with EvalHub("https://evalhub.example.com", token) as hub:
    hub.upload_corpus("electronics", "corpus.jsonl.gz")
    hub.upload_queries("head", "queries.jsonl")
    campaign = hub.create_campaign({"name": "nightly", ...})
    hub.wait(campaign["id"])
    results = hub.results(campaign["id"])
"""

import os
import random
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import httpx2

from evalhub.client_results import ResultsClient
from evalhub.core.errors import UserError
from evalhub.formats.errors import Place
from evalhub.formats.layout import Role
from evalhub.formats.source import Source, file_of

Json = dict[str, Any]
OnProgress = Callable[[Json], object]

TIMEOUT = httpx2.Timeout(600.0, connect=10.0)
POLL_S = 1.0
# How long the server may keep a look until something changes; it takes 30 at most.
WAIT_S = 25
# Polls in a row without an answer before a wait gives up: a server may restart meanwhile.
PATIENCE = 60
RUNNING = ("waiting", "running")
# Tries of one POST; each carries the same Idempotency-Key, so that what was done is not done again.
TRIES = 6
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
UNDER_WAY = "urn:evalhub:problem:request-under-way"


class EvalHubError(UserError):
    """The server refused, failed or did not answer; `status` is of HTTP, None without an answer."""

    def __init__(
        self, message: str, status: int | None = None, *, kind: str = "", retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.retry_after_s = retry_after_s

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status is None or self.status >= 500 or self.status == 429 or self.kind == UNDER_WAY


class EvalHub(ResultsClient):
    """A server, as the owner of a token sees it. What it returns is the API's JSON."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
    ) -> None:
        """Names a server by its address, such as https://evalhub.example.com; nothing is asked yet."""
        self._url = url.rstrip("/")
        self._sleep = sleep
        self._rng = rng or random.Random()  # noqa: S311 - spreads retries, hides nothing
        self._http = httpx2.Client(
            headers={"Authorization": f"Bearer {token.strip()}"}, timeout=TIMEOUT, transport=transport
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._http.close()

    def upload_corpus(
        self,
        name: str,
        path: str | os.PathLike[str],
        *,
        columns: Mapping[str, str] | None = None,
        on_progress: OnProgress | None = None,
    ) -> Json:
        """Upload a file or BEIR folder as the corpus's next snapshot and wait until it is imported.

        Args:
            columns: our name of a field to the file's, such as {"doc_id": "sku"}.
            on_progress: is given the import's job at every look.
        """
        corpus = self._post("corpora", json={"name": name})
        address = f"corpora/{corpus['id']}"
        job = self._upload(f"{address}/documents", path, "corpus", _column_parameters(columns))
        job = self._poll(f"jobs/{job['id']}", on_progress)
        if job["state"] != "done":
            raise EvalHubError(job["error"] or f"the import ended as {job['state']}", 400)
        return self._ask("GET", address)

    def upload_queries(
        self, name: str, path: str | os.PathLike[str], *, columns: Mapping[str, str] | None = None
    ) -> Json:
        """Upload a file or BEIR folder as the queries of a collection."""
        collection = self._post("query-collections", json={"name": name})
        address = f"query-collections/{collection['id']}/queries"
        return self._upload(address, path, "queries", _column_parameters(columns))

    def upload_gold(
        self, collection: str, path: str | os.PathLike[str], *, corpus: str | None = None
    ) -> Json:
        """Upload people's grades for a query collection, checked against a corpus where one is named."""
        fields = {"collection": collection} | ({"corpus": corpus} if corpus else {})
        return self._upload("gold-labels", path, "qrels", fields)

    def upload_run(self, name: str, path: str | os.PathLike[str], *, corpus: str, collection: str) -> Json:
        """Upload ranked lists that were retrieved elsewhere as a system."""
        fields = {"name": name, "corpus": corpus, "collection": collection}
        return self._upload("systems", path, "run", fields)

    def create_campaign(self, spec: Mapping[str, Any]) -> Json:
        """Start a campaign: the fields of SPEC.yaml, without files."""
        return self._post("campaigns", json=dict(spec))

    def campaign(self, campaign_id: int) -> Json:
        """A campaign and how far its jobs are."""
        return self._ask("GET", f"campaigns/{campaign_id}")

    def results(self, campaign_id: int) -> Json:
        """Everything a campaign found, as `evalhub run --json` writes it."""
        return self._ask("GET", f"campaigns/{campaign_id}/results")

    def cancel(self, campaign_id: int) -> Json:
        """Stop a campaign; what it graded is kept."""
        return self._post(f"campaigns/{campaign_id}/cancel")

    def wait(self, campaign_id: int, on_progress: OnProgress | None = None) -> Json:
        """Wait until a campaign is no longer running; `on_progress` is given it at every look."""
        return self._poll(f"campaigns/{campaign_id}", on_progress)

    def _poll(self, address: str, on_progress: OnProgress | None) -> Json:
        """Look until it is over; a server that has a place lets us wait there for the next change."""
        n_unanswered, seen = 0, ""
        while True:
            is_new = False
            try:
                found, tag = self._look(address, seen)
            except EvalHubError as error:
                n_unanswered += 1
                if not error.may_pass or n_unanswered > PATIENCE:
                    raise
            else:
                n_unanswered = 0
                if on_progress:
                    on_progress(found)
                if found["state"] not in RUNNING:
                    return found
                is_new, seen = bool(seen) and tag != seen, tag
            if not is_new:
                self._sleep(POLL_S)

    def _look(self, address: str, seen: str) -> tuple[Json, str]:
        """What is there and its ETag, once it is not as seen or the server lets us wait no longer."""
        parameters = {"wait": WAIT_S, "seen": seen} if seen else None
        response = self._sent("GET", address, params=parameters)
        return _read(response, self._url), response.headers.get("ETag", "")

    def _upload(
        self, address: str, path: str | os.PathLike[str], role: Role, fields: Mapping[str, Any]
    ) -> Json:
        chosen = file_of(Source.at(Path(path)), role)
        try:
            file = chosen.path.open("rb")
        except OSError as error:
            raise Place(chosen.name).error(
                None, f"cannot be read ({error.strerror})", "Check the path."
            ) from error
        with file:
            told = {**fields, "file_name": chosen.path.name}
            return self._post(address, params=told, content=file)

    def _post(self, address: str, **options: Any) -> Json:
        """Send a request that makes something, again where it is not known to have arrived."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        for n_tries in range(1, TRIES + 1):
            if "content" in options:
                options["content"].seek(0)
            try:
                return self._ask("POST", address, headers=headers, **options)
            except EvalHubError as error:
                if not error.may_pass or n_tries == TRIES:
                    raise
                self._sleep(self._pause_s(n_tries, error.retry_after_s))
        raise AssertionError("unreachable")

    def _pause_s(self, n_tries: int, asked_s: float | None) -> float:
        """What the server asks for, else twice as long each time; spread, so that clients do not march."""
        pause = asked_s if asked_s is not None else FIRST_WAIT_S * 2 ** (n_tries - 1)
        return float(min(pause, LONGEST_WAIT_S) * self._rng.uniform(1.0, 1.5))

    def _ask(self, method: str, address: str, **options: Any) -> Json:
        return _read(self._sent(method, address, **options), self._url)

    def _sent(self, method: str, address: str, **options: Any) -> httpx2.Response:
        try:
            return self._http.request(method, f"{self._url}/api/v1/{address}", **options)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            told = f"{self._url}: {error or type(error).__name__}; is this the address, and does it run?"
            raise EvalHubError(told) from error


def _read(response: httpx2.Response, url: str) -> Json:
    try:
        answer: Json = response.json()
    except ValueError as error:
        told = f"{url}: no answer of an EvalHub server (status {response.status_code})"
        raise EvalHubError(f"{told}; check the address", response.status_code) from error
    if not response.is_success:
        raise _refused(response, answer)
    return answer


def _refused(response: httpx2.Response, answer: Json) -> EvalHubError:
    asked = response.headers.get("Retry-After", "")
    return EvalHubError(
        str(answer.get("detail", answer)),
        response.status_code,
        kind=str(answer.get("type", "")),
        retry_after_s=float(asked) if asked.isdigit() else None,
    )


def _column_parameters(columns: Mapping[str, str] | None) -> dict[str, list[str]]:
    return {"column": [f"{field}={name}" for field, name in (columns or {}).items()]}
