"""Requests to a server, sent again where they are not known to have arrived."""

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

import httpx2

from evalhub.client_deadline import Deadline
from evalhub.core.errors import UserError

Json = dict[str, Any]

# How long one request may stay without an answer; the deadline may leave less.
ANSWER_S = 600.0
CONNECT_S = 10.0
# What a request that is sent at the last moment gets, so that a result that is there is still fetched.
GRACE_S = 30.0
SHORTEST_S = 1.0
# Tries of one request; those of a POST carry the same Idempotency-Key, so that nothing is done again.
TRIES = 6
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
UNDER_WAY = "urn:evalhub:problem:request-under-way"
# Of our own: no such request can be sent, now or later.
UNUSABLE = "urn:evalhub:problem:unusable-address"


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
        if self.status is None:
            return self.kind != UNUSABLE
        return self.status >= 500 or self.status == 429 or self.kind == UNDER_WAY

    @property
    def is_refusal(self) -> bool:
        """Whether the server understood and said no."""
        return self.status is not None and 400 <= self.status < 500 and not self.may_pass


class _Watched:
    """A file that is no longer read, and so no longer sent, when the time is up."""

    def __init__(self, file: BinaryIO, check: Callable[[], None]) -> None:
        self._file = file
        self._check = check
        # What the length of the body is found by; without it the body would go in chunks.
        self.tell, self.seek = file.tell, file.seek

    def read(self, n_bytes: int) -> bytes:
        self._check()
        return self._file.read(n_bytes)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._file)


class Wire:
    """One server; what it answers is JSON."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        transport: httpx2.BaseTransport | None,
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
    ) -> None:
        """Names a server by its address; nothing is asked yet."""
        self._url = url.rstrip("/")
        self._sleep = sleep
        self._rng = rng or random.Random()  # noqa: S311 - spreads retries, hides nothing
        headers = {"Authorization": f"Bearer {token.strip()}"}
        self._http = httpx2.Client(headers=headers, transport=transport)
        self.was_answered = False

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, address: str, deadline: Deadline, **options: Any) -> Json:
        """Ask; again after a lost connection, 429 and 5xx. What is there in time is fetched after it, too."""

        def ask() -> Json:
            return self._read(self._sent("GET", address, deadline, at_least_s=GRACE_S, **options))

        return self._repeated(f"GET {address}", deadline, ask)

    def post(
        self, address: str, deadline: Deadline, *, content: BinaryIO | None = None, **options: Any
    ) -> Json:
        """Have something made, and not twice where that is asked again."""
        what = f"the request POST {address}"
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        deadline.check(what)

        def ask() -> Json:
            if content is not None:
                content.seek(0)
                options["content"] = _Watched(content, lambda: deadline.check(what))
            return self._read(self._sent("POST", address, deadline, headers=headers, **options))

        return self._repeated(what, deadline, ask)

    def look(
        self, address: str, deadline: Deadline, parameters: Mapping[str, Any] | None, longest_s: float
    ) -> tuple[Json, str]:
        """Ask once; the answer and its ETag.

        Args:
            longest_s: that the answer may take.
        """
        response = self._sent("GET", address, deadline, longest_s=longest_s, params=parameters)
        return self._read(response), response.headers.get("ETag", "")

    def pause(self, seconds: float, deadline: Deadline) -> None:
        """Wait, but not beyond the deadline."""
        self._sleep(max(0.0, deadline.within(seconds)))

    def _repeated(self, what: str, deadline: Deadline, ask: Callable[[], Json]) -> Json:
        for n_tries in range(1, TRIES + 1):
            try:
                return ask()
            except EvalHubError as error:
                if not error.may_pass:
                    raise
                deadline.check(what)
                if n_tries == TRIES:
                    raise
                self.pause(self._pause_s(n_tries, error.retry_after_s), deadline)
                deadline.check(what)
        raise AssertionError("unreachable")

    def _pause_s(self, n_tries: int, asked_s: float | None) -> float:
        """What the server asks for, else twice as long each time; spread, so that clients do not march."""
        pause = asked_s if asked_s is not None else FIRST_WAIT_S * 2 ** (n_tries - 1)
        return float(min(pause, LONGEST_WAIT_S) * self._rng.uniform(1.0, 1.5))

    def _sent(
        self,
        method: str,
        address: str,
        deadline: Deadline,
        *,
        longest_s: float = ANSWER_S,
        at_least_s: float = SHORTEST_S,
        **options: Any,
    ) -> httpx2.Response:
        answer_s = deadline.within(longest_s, at_least_s=at_least_s)
        options["timeout"] = httpx2.Timeout(answer_s, connect=min(CONNECT_S, answer_s))
        try:
            return self._http.request(method, f"{self._url}/api/v1/{address}", **options)
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError) as error:
            raise EvalHubError(self._lost(error), kind=UNUSABLE) from error
        except httpx2.HTTPError as error:
            raise EvalHubError(self._lost(error)) from error

    def _lost(self, error: Exception) -> str:
        advice = (
            "it answered before. What it was asked for goes on there, and is not done twice by another try"
            if self.was_answered
            else "is this the address, and does it run?"
        )
        return f"{self._url}: {error or type(error).__name__}; {advice}"

    def _read(self, response: httpx2.Response) -> Json:
        try:
            answer: Json = response.json()
        except ValueError as error:
            told = f"{self._url}: no answer of an EvalHub server (status {response.status_code})"
            raise EvalHubError(f"{told}; check the address", response.status_code) from error
        self.was_answered = True
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
