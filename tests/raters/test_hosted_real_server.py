"""The hosted rater against a real OpenAI-compatible server with a real model."""

import random
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from raters.dialect import Dialects
from raters.hosted import HostedRater
from raters.protocol import Rated, RateRequest
from raters.weights import find_weights
from tests.raters.providers import hosted_spec

pytestmark = pytest.mark.slow

DOCUMENTS = [
    "To make green tea, heat water to 80 degrees and let the leaves steep for two minutes.",
    "The football match ended in a draw after extra time.",
    "Tea is drunk all over the world.",
    "A list comprehension builds a list from an iterable in Python.",
]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """llama.cpp's own server, in this process, on a free port."""
    xllamacpp = pytest.importorskip("xllamacpp")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    params = xllamacpp.CommonParams()
    params.model.path = str(find_weights("smollm2", Path()))
    params.port, params.n_ctx, params.n_parallel = port, 4096, 2
    params.cpuparams.n_threads = 2
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


def test_grades_come_by_schema_with_probabilities(base_url: str) -> None:
    dialects = Dialects()
    spec = hosted_spec(
        base_url=base_url, model="smollm2", decoding={"max_output_tokens": 96}, max_in_flight=2
    )
    rater = HostedRater(spec, api_key="", rng=random.Random(0), dialects=dialects)

    outcomes = dict(rater.rate([RateRequest("how to make green tea", "", text) for text in DOCUMENTS]))

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
