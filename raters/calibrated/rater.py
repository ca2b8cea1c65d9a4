"""Grades pairs from cheap evidence with what gold labels of other collections taught."""

import time
from collections.abc import Generator, Sequence

import numpy as np

from raters.calibrated.evidence import DocumentView, EvidenceReader, QueryView
from raters.calibrated.model import CalibratedModel
from raters.calibrated.ordinal import Floats
from raters.calibrated.rationale import explain
from raters.calibrated.statistics import CorpusStatistics, DocumentEncoder
from raters.protocol import Outcome, Rated, RateRequest, RaterMisconfigured, Usage

# Token vectors of so many documents are in memory at once: at 768 tokens and 384 dimensions 75 MB.
BATCH_REQUESTS = 64
_DIGITS = 6  # beyond them is float noise of the batch that a text was computed in


class CalibratedRater:
    """Holds the model, the collection's statistics and the encoder; make one per process and collection."""

    def __init__(
        self,
        model: CalibratedModel,
        statistics: CorpusStatistics,
        encoder: DocumentEncoder | None,
        *,
        max_grade: int,
    ) -> None:
        """Fit the pieces together.

        Args:
            encoder: None where the model uses lexical evidence only.
            max_grade: G of the rubric.

        Raises:
            RaterMisconfigured: statistics and encoder do not belong together, or the scale does not fit.
        """
        if encoder is not None and statistics.encoder_revision != encoder.revision:
            had = statistics.encoder_revision or "no embedding model"
            raise RaterMisconfigured(
                f"the collection's statistics were made with {had} and the rater uses {encoder.revision}; "
                "collect the statistics again with the rater's embedding model"
            )
        try:
            self._model = model.rescaled(max_grade)
        except ValueError as error:
            raise RaterMisconfigured(str(error)) from error
        self._reader = EvidenceReader(statistics, encoder)

    def rate(self, requests: Sequence[RateRequest]) -> Generator[tuple[int, Outcome]]:
        """See `raters.protocol.Rater`; outcomes come in order, batch by batch."""
        for start in range(0, len(requests), BATCH_REQUESTS):
            yield from enumerate(self._rate_batch(requests[start : start + BATCH_REQUESTS]), start)

    def close(self) -> None:
        """Let go of encoder and statistics."""
        del self._reader

    def _rate_batch(self, requests: Sequence[RateRequest]) -> list[Outcome]:
        started = time.monotonic()
        queries, documents = self._look(requests)
        pairs = [(queries[one.query], documents[one.title, one.text]) for one in requests]
        features = self._model.ordinal.features
        values = np.array([self._reader.values(query, document, features) for query, document in pairs])
        probabilities = self._model.probabilities(values).round(_DIGITS)
        gains = self._model.gains(values).round(_DIGITS)
        latency_s = (time.monotonic() - started) / len(requests)
        return [
            self._outcome(row, gain, *pair, latency_s)
            for row, gain, pair in zip(probabilities, gains, pairs, strict=True)
        ]

    def _look(
        self, requests: Sequence[RateRequest]
    ) -> tuple[dict[str, QueryView], dict[tuple[str, str], DocumentView]]:
        """Look at each distinct query and document once."""
        queries = list(dict.fromkeys(one.query for one in requests))
        documents = list(dict.fromkeys((one.title, one.text) for one in requests))
        return (
            dict(zip(queries, self._reader.queries(queries), strict=True)),
            dict(zip(documents, self._reader.documents(documents), strict=True)),
        )

    def _outcome(
        self, row: Floats, gain: float, query: QueryView, document: DocumentView, latency_s: float
    ) -> Rated:
        encoded = document.encoded
        return Rated(
            grade=int(self._model.grades(np.array([gain]))[0]),
            gain=float(gain),
            probabilities=tuple((row / row.sum()).tolist()),
            rationale=explain(query, document),
            reply="",
            usage=Usage(
                input_tokens=len(encoded.tokens) if encoded else 0,
                latency_s=latency_s,
                truncated_tokens=encoded.n_cut if encoded else 0,
            ),
        )
