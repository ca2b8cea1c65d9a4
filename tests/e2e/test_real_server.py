"""The hosted rater against a real OpenAI-compatible server with a real model: llama.cpp, on loopback."""

import gzip
import json
import random
import socket
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
import xllamacpp  # in the extra `dev`: missing, this file fails and is not skipped

from raters.dialect import Dialects
from raters.hosted import HostedRater
from raters.protocol import Rated, RateRequest, RaterMisconfigured
from raters.spec import RaterSpec
from raters.weights import find_weights
from tests.e2e.conftest import Home
from tests.raters.providers import hosted_spec

pytestmark = pytest.mark.slow

KEY = "sk-of-the-real-server"
KEY_NAME = "REAL_SERVER_API_KEY"
# So small a model rambles, and how far depends on what it is asked at the same time.
DECODING = {"max_output_tokens": 200}
PATIENT = {"max_in_flight": 2, "read_timeout_s": 600, "timeout_s": 600}
QUERY_ID, QUERY = "q1", "how to make green tea"
DOCUMENTS = [
    "To make green tea, heat water to 80 degrees and let the leaves steep for two minutes.",
    "The football match ended in a draw after extra time.",
    "Tea is drunk all over the world.",
    "A list comprehension builds a list from an iterable in Python.",
]
# Of which a model this small grades some, and runs past its limit of tokens with most.
N_PRODUCTS = 24
JUDGMENTS = """
    SELECT state, reason, grade, gain, probabilities, reply, input_tokens FROM evalhub_judgment
"""


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """A server in this process, on a free port; it wants a key."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    params = xllamacpp.CommonParams()
    params.model.path = str(find_weights("smollm2", Path()))
    params.port, params.n_ctx, params.n_parallel = port, 4096, 2
    params.cpuparams.n_threads = 2
    params.api_keys = [KEY]
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


def spec_at(base_url: str) -> RaterSpec:
    return hosted_spec(base_url=base_url, model="smollm2", decoding=DECODING, **PATIENT)


def test_grades_come_by_schema_with_probabilities(base_url: str) -> None:
    dialects = Dialects()
    rater = HostedRater(spec_at(base_url), api_key=KEY, rng=random.Random(0), dialects=dialects)

    outcomes = dict(rater.rate([RateRequest(QUERY, "", text) for text in DOCUMENTS]))

    assert dialects.get(base_url, "smollm2").rung == "json_schema"
    rated = [outcome for outcome in outcomes.values() if isinstance(outcome, Rated)]
    assert len(outcomes) == len(DOCUMENTS)
    # A model this small may run past its limit of tokens, which is no grade; the schema holds for the rest.
    assert len(rated) >= 2, outcomes
    for outcome in rated:
        assert outcome.grade in (0, 1, 2, 3)
        assert outcome.probabilities is not None
        assert sum(outcome.probabilities) == pytest.approx(1.0)
        expected = sum(grade * share for grade, share in enumerate(outcome.probabilities))
        assert outcome.gain == pytest.approx(expected / 3)
        assert outcome.usage.input_tokens > 50


def test_a_wrong_key_is_the_settings_fault(base_url: str) -> None:
    rater = HostedRater(spec_at(base_url), api_key="sk-wrong", rng=random.Random(0), dialects=Dialects())

    with pytest.raises(RaterMisconfigured, match=r"HTTP 401 from .*api_key_env"):
        list(rater.rate([RateRequest(QUERY, "", DOCUMENTS[0])]))


@pytest.fixture
def spec(tmp_path: Path, evalhub_data: Path, base_url: str) -> Path:
    """A campaign over real products."""
    with gzip.open(evalhub_data / "chorus-electronics-small/corpus.jsonl.gz", "rt") as lines:
        documents = list(islice(lines, N_PRODUCTS))
    (tmp_path / "corpus.jsonl").write_text("".join(documents))
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": QUERY_ID, "text": "batteries"}) + "\n")
    ids = [json.loads(document)["_id"] for document in documents]
    hits = (f"{QUERY_ID} Q0 {key} {rank} {-rank} t\n" for rank, key in enumerate(ids, 1))
    (tmp_path / "run.trec").write_text("".join(hits))
    judge = {"name": "judge", "kind": "hosted", "model": "smollm2", "base_url": base_url}
    limits = {"api_key_env": KEY_NAME, "max_document_tokens": 200, **PATIENT}
    body = {
        "name": "real",
        "corpus": {"name": "c", "path": "corpus.jsonl"},
        "queries": {"name": "q", "path": "queries.jsonl"},
        "systems": [{"name": "production", "run": "run.trec"}],
        "raters": [{**judge, **limits, "prompt": "product-search", "decoding": DECODING}],
        "cutoff": N_PRODUCTS,
    }
    path = tmp_path / "spec.yaml"
    path.write_text(json.dumps(body))
    return path


def test_a_campaign_grades_real_pairs_with_real_workers(make_home: Callable[[str], Home], spec: Path) -> None:
    home = make_home("home")
    home.environment[KEY_NAME] = KEY

    home.run("run", spec)

    rows = home.rows(JUDGMENTS)
    rated = [row for row in rows if row[0] == "graded"]
    assert len(rows) == N_PRODUCTS
    assert rated, rows
    assert {row[1] for row in rows} <= {"", "truncated"}, rows
    for _, _, grade, gain, probabilities, reply, n_tokens in rated:
        assert json.loads(reply)["grade"] == grade
        shares = json.loads(probabilities)
        assert sum(shares) == pytest.approx(1.0)
        assert gain == pytest.approx(sum(level * share for level, share in enumerate(shares)) / 3)
        assert n_tokens > 50
    shown = home.results()["ratings"][0]
    assert (shown["rated"], shown["unrated"]) == (len(rated), N_PRODUCTS - len(rated))
