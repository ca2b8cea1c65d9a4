"""Grades with a sequence classifier that reads query and document together.

A model with one output per grade gives probabilities by softmax. A model with one output in all needs to be
told where grades begin: by the `grading.json` that training put beside its weights, or by
`decoding.thresholds`, gains on the scale of 1 / (1 + exp(-output)), and then it gives no probabilities.

Two passes over the same pair, in whatever batch, agree within 1e-4 on every probability in float32.
"""

import time
from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import expit, log_softmax

from raters.batches import token_batches
from raters.grading import Grading, load_grading, read_thresholds
from raters.pair_encoder import EncodedPair
from raters.protocol import Outcome, Rated, RateRequest, RaterMisconfigured, Reason, Unrated, Usage
from raters.sequence_classifier import load_classifier, load_pair_tokenizer, pair_encoder
from raters.spec import RaterSpec
from raters.weights import EMBEDDING_MODELS, check_revision, find_weights

_Floats = npt.NDArray[np.float64]


class CrossEncoderRater:
    """Holds the weights; make one per process and keep it."""

    def __init__(
        self,
        spec: RaterSpec,
        *,
        n_threads: int | None = None,
        batch_tokens: int = 2048,
        device: str = "cpu",
    ) -> None:
        """Load the weights.

        Args:
            spec: of kind "cross-encoder".
            n_threads: of torch, for the whole process; None leaves it as it is.
            batch_tokens: computed at once, padding included.
            device: as torch names it.

        Raises:
            RaterMisconfigured: the weights changed since the spec was made, or do not fit the rubric.
            UnableToFindWeights: the weights are gone.
        """
        if n_threads is not None:
            torch.set_num_threads(n_threads)
        path = find_weights(spec.model, Path(), EMBEDDING_MODELS)
        check_revision(path, spec.revision, f"model {spec.model!r}")
        self.spec = spec
        self._device = device
        self._batch_tokens = batch_tokens
        self._max_grade = spec.rubric.max_grade
        self._model = load_classifier(path, str(spec.decoding["dtype"])).to(device).eval()
        self._grading = _grading(path, spec, int(self._model.config.num_labels))
        self._encoder = pair_encoder(self._model, load_pair_tokenizer(path), spec.max_document_tokens)

    def rate(self, requests: Sequence[RateRequest]) -> Generator[tuple[int, Outcome]]:
        """See `raters.protocol.Rater`; outcomes come batch by batch, longest pairs first."""
        encoded = [self._encoder.encode(request) for request in requests]
        fitting = [index for index, pair in enumerate(encoded) if not pair.is_too_long]
        for index in sorted(set(range(len(encoded))) - set(fitting)):
            yield index, _too_long()
        lengths = [len(encoded[index].ids) for index in fitting]
        for batch in token_batches(lengths, self._batch_tokens):
            indices = [fitting[place] for place in batch]
            started = time.monotonic()
            logits = self._logits([encoded[index] for index in indices])
            latency_s = (time.monotonic() - started) / len(indices)
            for index, row in zip(indices, logits, strict=True):
                pair = encoded[index]
                usage = Usage(len(pair.ids), latency_s=latency_s, truncated_tokens=pair.n_cut)
                yield index, self._read(row, usage)

    def close(self) -> None:
        """Let go of the weights."""
        del self._model

    @torch.inference_mode()
    def _logits(self, pairs: Sequence[EncodedPair]) -> _Floats:
        output = self._model(**self._encoder.batch(pairs, self._device))
        return np.asarray(output.logits.float().cpu().numpy(), dtype=np.float64)

    def _read(self, logits: _Floats, usage: Usage) -> Outcome:
        if not np.isfinite(logits).all():
            return Unrated(Reason.UNPARSEABLE, "the model's logits are not finite; try float32", "", usage)
        probabilities = self._probabilities(logits)
        if probabilities is None:
            gain = float(expit(logits[0]))
        else:
            gain = min(1.0, float(probabilities @ np.arange(self._max_grade + 1)) / self._max_grade)
        return Rated(
            grade=self._grading.grade(gain, probabilities),
            gain=gain,
            probabilities=None if probabilities is None else tuple(probabilities.tolist()),
            rationale="",
            reply="",
            usage=usage,
        )

    def _probabilities(self, logits: _Floats) -> _Floats | None:
        if len(logits) > 1:
            offsets = np.array(self._grading.offsets) if self._grading.offsets else 0.0
            return np.asarray(np.exp(log_softmax(logits + offsets)))
        if not self._grading.cuts:
            return None
        at_least = expit(logits[0] - np.array(self._grading.cuts))
        return np.asarray(-np.diff(np.concatenate([[1.0], at_least, [0.0]])))


def _grading(path: Path, spec: RaterSpec, n_outputs: int) -> Grading:
    """How to read the model's outputs on the rubric's scale."""
    max_grade = spec.rubric.max_grade
    if n_outputs not in {1, max_grade + 1}:
        raise RaterMisconfigured(
            f"rater {spec.name!r}: the model has {n_outputs} outputs where the rubric has {max_grade + 1} "
            "grades; use a prompt with as many grades, or a model with one output"
        )
    grading = load_grading(path, max_grade) or Grading()
    if given := spec.decoding["thresholds"]:
        grading = Grading(grading.offsets, grading.cuts, read_thresholds(str(given), max_grade))
    if n_outputs == 1 and not grading.thresholds:
        raise RaterMisconfigured(
            f"rater {spec.name!r}: a model with one output does not say where grades begin; give the gains "
            f'as decoding: {{thresholds: "..."}}, {max_grade} rising numbers in [0, 1]'
        )
    return grading


def _too_long() -> Unrated:
    detail = "the query alone is longer than what the model reads; shorten it"
    return Unrated(Reason.TRUNCATED, detail, "", Usage())
