"""The cross-encoder against a plain forward pass of the same weights, on a random model."""

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import expit, softmax
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from raters.factory import load_rater
from raters.grading import Grading
from raters.protocol import Outcome, Rated, RateRequest, RaterMisconfigured, Reason, Unrated
from raters.spec import RaterSpec, resolve_rater
from tests.raters.tiny_classifier import CONTEXT_TOKENS, save_encoder

REQUESTS = [
    RateRequest("red shoe", "", "big red shoe"),
    RateRequest("green hat", "the green hat", "small"),
    RateRequest("blue", "", ""),
    RateRequest("bag", "", "a big bag of the blue hat for the small shoe", need="for a hat"),
    RateRequest("red shoe", "", "big red shoe"),
]


def spec_of(folder: Path, **fields: object) -> RaterSpec:
    return resolve_rater({"name": "tiny", "kind": "cross-encoder", "model": str(folder), **fields})


def rate(spec: RaterSpec, requests: list[RateRequest]) -> list[Outcome]:
    rater = load_rater(spec, n_threads=1)
    found = dict(rater.rate(requests))
    rater.close()
    return [found[place] for place in range(len(requests))]


def plain_logits(folder: Path, query: str, document: str) -> np.ndarray:
    """One pair by itself, without padding."""
    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.inference_mode():
        logits: np.ndarray = model(**tokenizer(query, document, return_tensors="pt")).logits[0].numpy()
    return logits


@pytest.fixture
def four_outputs(tmp_path: Path) -> Path:
    return save_encoder(tmp_path / "four", n_labels=4)


def test_probabilities_are_those_of_a_plain_forward_pass(four_outputs: Path) -> None:
    texts = [("red shoe", "big red shoe"), ("green hat", "the green hat\nsmall"), ("blue", "")]
    texts += [("bag\nfor a hat", "a big bag of the blue hat for the small shoe"), texts[0]]

    outcomes = rate(spec_of(four_outputs), REQUESTS)

    for outcome, (query, document) in zip(outcomes, texts, strict=True):
        expected = softmax(plain_logits(four_outputs, query, document).astype(np.float64))
        assert isinstance(outcome, Rated)
        assert outcome.probabilities == pytest.approx(expected, abs=1e-5)
        assert outcome.grade == expected.argmax()
        assert outcome.gain == pytest.approx(expected @ np.arange(4) / 3, abs=1e-5)


def test_a_long_document_is_cut_at_its_end_and_that_is_counted(four_outputs: Path) -> None:
    words = ["red", "green", "blue", "hat"] * 20
    # [CLS] bag [SEP] ... [SEP] leaves 28 of 32 positions.
    room = CONTEXT_TOKENS - 4

    (cut, first_words, ten) = [
        *rate(
            spec_of(four_outputs),
            [RateRequest("bag", "", " ".join(words)), RateRequest("bag", "", " ".join(words[:room]))],
        ),
        *rate(spec_of(four_outputs, max_document_tokens=10), [RateRequest("bag", "", " ".join(words))]),
    ]

    assert isinstance(cut, Rated)
    assert isinstance(first_words, Rated)
    assert cut.probabilities == pytest.approx(first_words.probabilities, abs=1e-6)
    assert (cut.usage.truncated_tokens, first_words.usage.truncated_tokens) == (80 - room, 0)
    assert (ten.usage.input_tokens, ten.usage.truncated_tokens) == (14, 70)


def test_a_query_that_leaves_no_room_is_unrated(four_outputs: Path) -> None:
    outcome, good = rate(spec_of(four_outputs), [RateRequest("red " * 40, "", "hat"), REQUESTS[0]])

    assert isinstance(outcome, Unrated)
    assert outcome.reason == Reason.TRUNCATED
    assert isinstance(good, Rated)


def test_control_tokens_in_a_document_are_letters(four_outputs: Path) -> None:
    hostile, plain = rate(
        spec_of(four_outputs), [RateRequest("hat", "", "red [SEP] hat"), RateRequest("hat", "", "red hat")]
    )

    # "[", "SEP" and "]" are three unknown words here, and none of them ends the document.
    assert hostile.usage.input_tokens == plain.usage.input_tokens + 3


def test_offsets_and_thresholds_of_training_are_used(four_outputs: Path) -> None:
    Grading(offsets=(0.0, 1.0, 2.0, 3.0), thresholds=(0.1, 0.2, 0.99)).save(four_outputs)

    (outcome,) = rate(spec_of(four_outputs), REQUESTS[:1])

    logits = plain_logits(four_outputs, "red shoe", "big red shoe").astype(np.float64)
    expected = softmax(logits + np.arange(4))
    assert isinstance(outcome, Rated)
    assert outcome.probabilities == pytest.approx(expected, abs=1e-5)
    gain = expected @ np.arange(4) / 3
    assert 0.2 < gain < 0.99
    assert outcome.grade == 2


def test_one_output_is_read_by_the_thresholds_given(tmp_path: Path) -> None:
    folder = save_encoder(tmp_path / "one", n_labels=1)
    gain = float(expit(plain_logits(folder, "red shoe", "big red shoe")[0]))

    (below,) = rate(spec_of(folder, decoding={"thresholds": f"0, {gain + 0.01}, 1"}), REQUESTS[:1])
    (above,) = rate(spec_of(folder, decoding={"thresholds": f"0, {gain - 0.01}, 1"}), REQUESTS[:1])

    assert isinstance(below, Rated)
    assert isinstance(above, Rated)
    assert (below.grade, above.grade) == (1, 2)
    assert below.gain == pytest.approx(gain, abs=1e-6)
    assert below.probabilities is None


@pytest.mark.parametrize(
    ("n_labels", "fields", "problem"),
    [
        (1, {}, "does not say where grades begin"),
        (3, {}, "3 outputs where the rubric has 4 grades"),
        (None, {}, "without a head that grades; train one with: evalhub rater train"),
        (1, {"decoding": {"thresholds": "0.5, 0.2, 0.9"}}, "not 3 finite, rising numbers"),
        (1, {"decoding": {"thresholds": "0.5, 0.7, 1.9"}}, "outside \\[0, 1\\]"),
        (1, {"decoding": {"thresholds": "a, b, c"}}, "decoding.thresholds"),
    ],
)
def test_a_model_that_can_not_grade_says_why(
    n_labels: int | None, fields: dict[str, object], problem: str, tmp_path: Path
) -> None:
    folder = save_encoder(tmp_path / "model", n_labels=n_labels)

    with pytest.raises(RaterMisconfigured, match=problem):
        load_rater(spec_of(folder, **fields))


def test_weights_that_changed_are_refused(four_outputs: Path) -> None:
    spec = spec_of(four_outputs)
    Grading(thresholds=(0.1, 0.2, 0.3)).save(four_outputs)

    with pytest.raises(RaterMisconfigured, match="make a new version of the rater"):
        load_rater(spec)
