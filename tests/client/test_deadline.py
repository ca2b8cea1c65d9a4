"""How long somebody waits: every turn looks at the clock, whether the server answers or not."""

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from evalhub.client import EvalHub
from evalhub.client_deadline import Deadline, TookTooLong
from evalhub.client_wire import GRACE_S

Write = Callable[[str, str], Path]
Answer = Callable[[httpx2.Request], httpx2.Response]


class Slow:
    """A server on a clock of its own: `answer` is asked, and each request and each sleep takes its time."""

    def __init__(self, answer: Answer, answer_s: float = 0.0) -> None:
        self.now, self.answer, self.answer_s = 1000.0, answer, answer_s
        self.asked: list[httpx2.Request] = []
        self.hub = EvalHub("http://x", "t", transport=httpx2.MockTransport(self._handle), sleep=self._sleep)

    def deadline(self, timeout_s: float) -> Deadline:
        return Deadline(timeout_s, lambda: self.now)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.asked.append(request)
        read_s = request.extensions["timeout"]["read"]
        if self.answer_s > read_s:
            self.now += read_s
            raise httpx2.ReadTimeout("no answer")
        self.now += self.answer_s
        return self.answer(request)


def running(request: httpx2.Request) -> httpx2.Response:
    """Uploads are taken, and nothing ever ends."""
    return httpx2.Response(200, json={"id": 7, "state": "running", "version": 1, "results": []})


def test_a_deadline_passes_by_the_clock_it_is_given() -> None:
    now = [100.0]
    deadline = Deadline(60.0, lambda: now[0])
    now[0] = 159.5
    deadline.check("campaign 7")
    assert deadline.left_s == 0.5
    now[0] = 160.0
    with pytest.raises(TookTooLong, match="campaign 7 still runs after 60 s"):
        deadline.check("campaign 7")
    Deadline(None).check("campaign 7")
    assert Deadline(None).left_s is None


def test_a_campaign_that_runs_on_is_left_alone() -> None:
    server = Slow(running)
    with pytest.raises(TookTooLong, match="campaign 7 still runs after 90 s and goes on by itself"):
        server.hub.wait(7, deadline=server.deadline(90))
    assert server.now == 1090


def test_a_server_that_accepts_and_does_not_answer_is_left_in_time() -> None:
    server = Slow(running, answer_s=10_000)
    with pytest.raises(TookTooLong, match="campaign 7"):
        server.hub.wait(7, deadline=server.deadline(100))
    assert server.now <= 1101  # a look gets a second where less is left


def test_an_unanswered_look_ends_without_a_deadline_too() -> None:
    """A lost packet costs less than a minute, and the next look is answered."""
    server = Slow(lambda request: httpx2.Response(200, json={"state": "done"}), answer_s=10_000)

    def recover(seconds: float) -> None:
        server.answer_s = 0

    server.hub._wire._sleep = recover
    assert server.hub.wait(7)["state"] == "done"
    assert server.now == 1040


def test_an_import_that_never_ends_is_left_in_time(write: Write) -> None:
    server = Slow(running)
    hub = server.hub.until(server.deadline(60))
    with pytest.raises(TookTooLong, match='the import into "books" still runs after 60 s'):
        hub.upload_corpus("books", write("corpus.jsonl", "{}\n"))
    assert server.now == 1060


def test_an_upload_that_takes_too_long_is_given_up_half_way(write: Write) -> None:
    server = Slow(running)
    path = write("queries.jsonl", "x" * 1_000_000)
    deadline = server.deadline(60)
    n_looks = iter(range(1000))
    deadline._clock = lambda: server.now + 5 * next(n_looks)
    with pytest.raises(TookTooLong, match=r"POST query-collections/7/queries still runs"):
        server.hub.until(deadline).upload_queries("head", path)
    assert [request.url.path for request in server.asked] == ["/api/v1/query-collections"]


def test_nothing_is_begun_when_the_time_is_up() -> None:
    server = Slow(running, answer_s=30)
    hub = server.hub.until(server.deadline(60))
    hub.create_campaign({})
    hub.create_campaign({})
    with pytest.raises(TookTooLong):
        hub.create_campaign({})
    assert len(server.asked) == 2


def test_a_server_that_is_away_is_not_waited_for_longer() -> None:
    server = Slow(
        lambda request: httpx2.Response(503, json={"detail": "busy"}, headers={"Retry-After": "30"})
    )
    for ask in ("create_campaign", "results"):
        began = server.now
        with pytest.raises(TookTooLong):
            getattr(server.hub.until(server.deadline(40)), ask)({})
        assert server.now == began + 40


def test_what_is_there_at_the_last_moment_is_still_fetched() -> None:
    def done(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"id": 7, "state": "done"})

    server = Slow(done, answer_s=GRACE_S)
    hub = server.hub.until(server.deadline(40))
    hub.wait(7)
    server.now = 1041
    assert hub.results(7)["id"] == 7


def test_a_look_asks_the_server_to_keep_it_no_longer_than_there_is_time() -> None:
    def look(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"state": "running"}, headers={"ETag": '"a"'})

    server = Slow(look)
    with pytest.raises(TookTooLong):
        server.hub.wait(7, deadline=server.deadline(4.5))
    assert [request.url.params.get("wait") for request in server.asked] == [None, "3", "2", "1", None]


def test_a_deadline_is_of_one_call_alone() -> None:
    server = Slow(lambda request: httpx2.Response(200, json={"state": "done"}))
    late = server.deadline(1)
    server.now += 2
    with pytest.raises(TookTooLong):
        server.hub.wait(7, deadline=late)
    assert server.hub.wait(7)["state"] == "done"
