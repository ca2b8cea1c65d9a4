"""The client against the application itself."""

from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from evalhub.client import PATIENCE, EvalHub, EvalHubError, Json
from evalhub.formats.errors import InputError
from evalhub.models import Campaign, Corpus

Write = Callable[[str, str], Path]

CORPUS = '{"_id": "d1", "text": "a"}\n{"_id": "d2", "text": "b"}\n'
QUERIES = '{"_id": "q1", "text": "a?"}\n'
SPEC: Json = {
    "name": "nightly",
    "corpus": {"name": "books"},
    "queries": {"name": "head"},
    "systems": [{"name": "production"}],
    "raters": [{"name": "people", "kind": "gold"}],
    "cutoff": 1,
}


@pytest.fixture
def inputs(hub: EvalHub, write: Write) -> None:
    """Everything that SPEC names."""
    hub.upload_corpus("books", write("corpus.jsonl", CORPUS))
    hub.upload_queries("head", write("queries.jsonl", QUERIES))
    hub.upload_gold("head", write("qrels.txt", "q1 0 d1 3\n"), corpus="books")
    hub.upload_run("production", write("p.trec", "q1 Q0 d1 1 1 t\n"), corpus="books", collection="head")


def test_from_files_to_results(hub: EvalHub, inputs: None) -> None:
    campaign = hub.create_campaign(SPEC)
    seen: list[str] = []
    final = hub.wait(campaign["id"], lambda found: seen.append(found["state"]))
    assert (final["state"], seen[0], seen[-1]) == ("done", "running", "done")
    results = hub.results(campaign["id"])
    assert results["systems"][0]["measures"]["PWAS@1"]["value"] == 1.0
    assert hub.campaign(campaign["id"])["share_done"] == 1.0


def test_a_corpus_is_waited_for(hub: EvalHub, write: Write) -> None:
    seen: list[str] = []
    path = write("corpus.csv", "sku,text\nd1,a\n")
    corpus = hub.upload_corpus(
        "books", path, columns={"doc_id": "sku"}, on_progress=lambda job: seen.append(job["state"])
    )
    assert corpus["snapshot"]["n_documents"] == 1
    assert corpus["snapshot"]["source_name"] == "corpus.csv"
    assert seen == ["waiting", "done"]


def test_the_files_of_a_folder_are_told_apart(hub: EvalHub, write: Write) -> None:
    folder = write("beir/corpus.jsonl", CORPUS).parent
    write("beir/queries.jsonl", QUERIES)
    write("beir/qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    assert hub.upload_corpus("books", folder)["snapshot"]["n_documents"] == 2
    assert hub.upload_queries("head", str(folder))["n_queries"] == 1
    assert hub.upload_gold("head", folder, corpus="books")["n_gold"] == 1


def test_a_running_campaign_can_be_cancelled(hub: EvalHub, inputs: None) -> None:
    campaign = hub.create_campaign(SPEC)
    assert hub.cancel(campaign["id"])["state"] == "cancelled"
    assert hub.wait(campaign["id"])["state"] == "cancelled"
    with pytest.raises(EvalHubError, match="is cancelled; only a running or paused one can stop") as refused:
        hub.cancel(campaign["id"])
    assert (refused.value.status, refused.value.may_pass) == (409, False)


def test_a_bad_line_is_told_as_the_server_tells_it(hub: EvalHub, write: Write) -> None:
    with pytest.raises(EvalHubError) as refused:
        hub.upload_corpus("books", write("corpus.jsonl", CORPUS + "{\n"))
    assert str(refused.value).startswith("corpus.jsonl:3: not a JSON object")
    assert str(refused.value).endswith("Write one JSON object in each line.")
    assert refused.value.status == 400


def test_an_import_that_fails_later_is_told_the_same_way(
    hub: EvalHub, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalhub.services.uploads.CHECKED_AT_ONCE_BYTES", 0)
    with pytest.raises(EvalHubError, match=r"^corpus\.jsonl:1: not a JSON object"):
        hub.upload_corpus("books", write("corpus.jsonl", "{\n"))


def test_every_problem_of_a_spec_is_told(hub: EvalHub, inputs: None) -> None:
    with pytest.raises(EvalHubError) as refused:
        hub.create_campaign({**SPEC, "cutof": 1, "weights": "log3"})
    told = str(refused.value).splitlines()
    assert told[0] == 'SPEC: field "cutof": unknown key. Did you mean "cutoff"?'
    assert told[1].startswith('SPEC: field "weights": ')


def test_a_file_that_is_not_there_is_found_before_it_is_asked_for(hub: EvalHub, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.jsonl: cannot be read \(No such file or directory\)"):
        hub.upload_queries("head", tmp_path / "nothing.jsonl")


def test_an_unknown_token_is_told(db: None, hub: EvalHub) -> None:
    stranger = EvalHub("http://127.0.0.1", "evh_x\n", transport=hub._wire._http._transport)
    with pytest.raises(EvalHubError, match="this token is unknown") as refused:
        stranger.campaign(1)
    assert refused.value.status == 401


def answering(*answers: httpx2.Response | Exception) -> tuple[EvalHub, list[float]]:
    """A client of a server that gives these answers, the last one for ever, and the sleeps it takes."""
    left = list(answers)
    slept: list[float] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return EvalHub("http://x", "t", transport=httpx2.MockTransport(handle), sleep=slept.append), slept


def test_what_is_no_evalhub_server_is_told() -> None:
    hub, _ = answering(httpx2.Response(200, text="<html>"))
    with pytest.raises(EvalHubError, match=r"http://x: no answer of an EvalHub server \(status 200\)"):
        hub.campaign(1)


@pytest.mark.parametrize("url", ["localhost:8000", "http://", "nonsense", "http://127.0.0.1:1"])
def test_an_address_that_leads_nowhere_is_told(url: str) -> None:
    with pytest.raises(EvalHubError, match="is this the address, and does it run") as failed:
        EvalHub(url, "t", sleep=lambda seconds: None).campaign(1)
    assert failed.value.status is None


def test_a_wait_outlasts_a_restart_of_the_server() -> None:
    away = httpx2.ConnectError("refused")
    hub, slept = answering(
        away, httpx2.Response(502, text="bad gateway"), httpx2.Response(200, json={"state": "done"})
    )
    assert hub.wait(1) == {"state": "done"}
    assert len(slept) == 2


def test_a_wait_ends_when_the_server_stays_away() -> None:
    hub, slept = answering(httpx2.ConnectError("refused"))
    with pytest.raises(EvalHubError, match="refused"):
        hub.wait(1)
    assert len(slept) == PATIENCE


def test_a_wait_ends_at_once_when_it_is_refused() -> None:
    hub, slept = answering(httpx2.Response(404, json={"detail": "there is nothing here"}))
    with pytest.raises(EvalHubError, match="there is nothing here"):
        hub.wait(1)
    assert slept == []


def test_nothing_is_left_of_what_was_refused(hub: EvalHub, write: Write) -> None:
    with pytest.raises(EvalHubError):
        hub.upload_queries("head", write("queries.jsonl", "\n"))
    assert (Campaign.objects.count(), Corpus.objects.count()) == (0, 0)


def asking(*answers: httpx2.Response | Exception) -> tuple[EvalHub, list[httpx2.Request], list[float]]:
    """A client of a server that gives these answers, what it was asked, and the sleeps between."""
    left, asked, slept = list(answers), [], []

    def handle(request: httpx2.Request) -> httpx2.Response:
        request.read()
        asked.append(request)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    transport = httpx2.MockTransport(handle)
    return EvalHub("http://x", "t", transport=transport, sleep=slept.append), asked, slept


def test_a_post_is_sent_again_with_its_key_until_it_is_answered() -> None:
    hub, asked, slept = asking(
        httpx2.ReadError("reset"),
        httpx2.Response(503, json={"detail": "busy"}, headers={"Retry-After": "7"}),
        httpx2.Response(502, text="bad gateway"),
        httpx2.Response(429, json={"detail": "slowly"}),
        httpx2.Response(409, json={"type": "urn:evalhub:problem:request-under-way", "detail": "wait"}),
        httpx2.Response(201, json={"id": 3}),
    )
    assert hub.create_campaign(SPEC) == {"id": 3}
    assert len({request.headers["Idempotency-Key"] for request in asked}) == 1
    assert len({request.content for request in asked}) == 1
    lower = [0.5, 7, 2, 4, 8]
    assert all(low <= s <= low * 1.5 for low, s in zip(lower, slept, strict=True))


def test_each_request_has_a_key_of_its_own() -> None:
    hub, asked, _ = asking(*(httpx2.Response(201, json={"id": 3}) for _ in range(2)))
    hub.create_campaign(SPEC)
    hub.create_campaign(SPEC)
    assert len({request.headers["Idempotency-Key"] for request in asked}) == 2


def test_a_file_is_sent_whole_each_time(write: Write) -> None:
    hub, asked, _ = asking(
        httpx2.Response(200, json={"id": 1}),
        httpx2.WriteError("reset"),
        httpx2.Response(201, json={"id": 1}),
    )
    hub.upload_queries("head", write("queries.jsonl", QUERIES))
    assert [request.content for request in asked[1:]] == [QUERIES.encode()] * 2
    # Not every server takes a body in chunks.
    assert [request.headers.get("Content-Length") for request in asked[1:]] == [str(len(QUERIES))] * 2


def test_what_is_refused_is_not_sent_again() -> None:
    hub, asked, slept = asking(httpx2.Response(409, json={"detail": "it is done"}))
    with pytest.raises(EvalHubError, match="it is done"):
        hub.cancel(1)
    assert (len(asked), slept) == (1, [])


def test_a_post_is_given_up_when_the_server_stays_away() -> None:
    hub, asked, slept = asking(*(httpx2.ConnectError("refused") for _ in range(9)))
    with pytest.raises(EvalHubError, match="refused"):
        hub.create_campaign(SPEC)
    assert (len(asked), len(slept)) == (6, 5)


def test_a_wait_asks_the_server_to_keep_it_until_something_changes() -> None:
    def looked(state: str, tag: str) -> httpx2.Response:
        return httpx2.Response(200, json={"state": state}, headers={"ETag": tag})

    hub, asked, slept = asking(
        looked("running", 'W/"a"'), looked("running", 'W/"b"'), looked("running", 'W/"b"'), looked("done", "")
    )
    hub.wait(1)
    sent = [request.url.params.get("seen") for request in asked]
    assert sent == [None, 'W/"a"', 'W/"b"', 'W/"b"']
    assert len(slept) == 2  # after the first look, and where the server had no place or nothing changed
