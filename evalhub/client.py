"""A server's REST API from Python: upload, evaluate, read the result.

from evalhub.client import EvalHub

with EvalHub("https://evalhub.example.com", token) as hub:
    hub.upload_corpus("electronics", "corpus.jsonl.gz")
    hub.upload_queries("head", "queries.jsonl")
    campaign = hub.create_campaign({"name": "nightly", ...})
    hub.wait(campaign["id"])
    results = hub.results(campaign["id"])
"""

import copy
import os
import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import httpx2

from evalhub.client_deadline import Deadline
from evalhub.client_results import OnProgress, ResultsClient
from evalhub.client_wire import EvalHubError, Json, Wire
from evalhub.formats.errors import Place
from evalhub.formats.layout import Role
from evalhub.formats.source import Source, file_of

__all__ = ["Deadline", "EvalHub", "EvalHubError", "Json"]

POLL_S = 1.0
# How long the server may keep a look until something changes; it takes 30 at most.
WAIT_S = 25
# How long a look may stay without an answer.
LOOK_S = WAIT_S + 15.0
# Polls in a row without an answer before a wait gives up: a server may restart meanwhile.
PATIENCE = 60
RUNNING = ("waiting", "running")
FOREVER = Deadline(None)


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
        self._wire = Wire(url, token, transport=transport, sleep=sleep, rng=rng)
        self._deadline = FOREVER

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._wire.close()

    @property
    def was_answered(self) -> bool:
        """Whether the server has answered at all."""
        return self._wire.was_answered

    def until(self, deadline: Deadline | None) -> Self:
        """The same server; when the time is up, nothing more is asked, and TookTooLong raised."""
        bound = copy.copy(self)
        bound._deadline = deadline or self._deadline
        return bound

    def upload_corpus(
        self,
        name: str,
        path: str | os.PathLike[str],
        *,
        columns: Mapping[str, str] | None = None,
        on_progress: OnProgress | None = None,
    ) -> Json:
        """Upload a file or BEIR folder as the corpus's next snapshot and wait until it is imported.

        Returns the corpus, with the snapshot that holds what was uploaded, be there a newer one or not.

        Args:
            columns: our name of a field to the file's, such as {"doc_id": "sku"}.
            on_progress: is given the import's job at every look.
        """
        corpus = self._post("corpora", json={"name": name})
        address = f"corpora/{corpus['id']}"
        job = self._upload(f"{address}/documents", path, "corpus", _column_parameters(columns))
        job = self._poll(f"jobs/{job['id']}", f'the import into "{name}"', on_progress)
        if job["state"] != "done":
            raise EvalHubError(job["error"] or f"the import ended as {job['state']}", 400)
        rows = self.pages(f"{address}/snapshots")
        mine = next(row for row in rows if row["number"] == job["snapshot"])
        return self._get(address) | {"snapshot": mine}

    def upload_queries(
        self, name: str, path: str | os.PathLike[str], *, columns: Mapping[str, str] | None = None
    ) -> Json:
        """Upload a file or BEIR folder as the queries of a collection."""
        collection = self._post("query-collections", json={"name": name})
        address = f"query-collections/{collection['id']}/queries"
        return self._upload(address, path, "queries", _column_parameters(columns))

    def upload_gold(
        self,
        collection: str,
        path: str | os.PathLike[str],
        *,
        corpus: str | None = None,
        snapshot: int | None = None,
        version: int | None = None,
    ) -> Json:
        """Upload people's grades for a query collection, checked against a corpus where one is named.

        Args:
            snapshot: of the corpus; None for the newest.
            version: of the queries; None for the newest.
        """
        fields = {"collection": collection, "corpus": corpus, "snapshot": snapshot, "version": version}
        return self._upload("gold-labels", path, "qrels", fields)

    def upload_run(
        self,
        name: str,
        path: str | os.PathLike[str],
        *,
        corpus: str,
        collection: str,
        snapshot: int | None = None,
        version: int | None = None,
    ) -> Json:
        """Upload ranked lists that were retrieved elsewhere as a system.

        Args:
            snapshot: of the corpus; None for the newest.
            version: of the queries; None for the newest.
        """
        fields = {"corpus": corpus, "collection": collection, "snapshot": snapshot, "version": version}
        return self._upload("systems", path, "run", {"name": name, **fields})

    def create_campaign(self, spec: Mapping[str, Any]) -> Json:
        """Start a campaign: the fields of SPEC.yaml, without files."""
        return self._post("campaigns", json=dict(spec))

    def campaign(self, campaign_id: int) -> Json:
        """A campaign and how far its jobs are."""
        return self._get(f"campaigns/{campaign_id}")

    def results(self, campaign_id: int) -> Json:
        """Everything a campaign found, as `evalhub run --json` writes it."""
        return self._get(f"campaigns/{campaign_id}/results")

    def cancel(self, campaign_id: int) -> Json:
        """Stop a campaign; what it graded is kept."""
        return self._post(f"campaigns/{campaign_id}/cancel")

    def wait(
        self, campaign_id: int, on_progress: OnProgress | None = None, *, deadline: Deadline | None = None
    ) -> Json:
        """Wait until a campaign is no longer running; `on_progress` is given it at every look.

        Raises:
            TookTooLong: the time is up, whether the server answers or not.
        """
        hub = self.until(deadline)
        return hub._poll(f"campaigns/{campaign_id}", f"campaign {campaign_id}", on_progress)

    def _poll(self, address: str, what: str, on_progress: OnProgress | None) -> Json:
        """Look until it is over; a server that has a place lets us wait there for the next change."""
        n_unanswered, seen = 0, ""
        while True:
            is_new = False
            self._deadline.check(what)
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
                self._wire.pause(POLL_S, self._deadline)

    def _look(self, address: str, seen: str) -> tuple[Json, str]:
        """What is there and its ETag, once it is not as seen or the server lets us wait no longer."""
        wait_s = int(self._deadline.within(WAIT_S))
        parameters = {"wait": wait_s, "seen": seen} if seen and wait_s > 0 else None
        return self._wire.look(address, self._deadline, parameters, LOOK_S)

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
            told = {key: value for key, value in fields.items() if value is not None}
            return self._post(address, params={**told, "file_name": chosen.path.name}, content=file)

    def _post(self, address: str, **options: Any) -> Json:
        return self._wire.post(address, self._deadline, **options)

    def _get(self, address: str, **options: Any) -> Json:
        return self._wire.get(address, self._deadline, **options)


def _column_parameters(columns: Mapping[str, str] | None) -> dict[str, list[str]]:
    return {"column": [f"{field}={name}" for field, name in (columns or {}).items()]}
