"""Store the outcomes of a unit's pairs as they come, and tell how far it is."""

import time
from collections.abc import Iterable, Sequence

from django.db.utils import OperationalError
from django.utils import timezone

from evalhub.models import Judgment, WorkUnit
from evalhub.pipeline.claim import units_bore_fruit
from evalhub.pipeline.judgments import PairDigests, judgments_store
from evalhub.pipeline.kind import LeaseLost, Progress
from raters.protocol import Outcome
from raters.spec import RaterSpec

# Free outcomes are stored when this many wait or the oldest is this old.
FLUSH_PAIRS = 16
FLUSH_S = 1.0


class PairStore:
    """The judgments that a unit's attempt holds, and what has come for them."""

    def __init__(
        self, ours: Sequence[Judgment], unit: WorkUnit, spec: RaterSpec, n_before: int, progress: Progress
    ) -> None:
        self.wanted = {(judgment.query_digest, judgment.document_digest): judgment for judgment in ours}
        self._unit, self._spec = unit, spec
        self._n_before, self._n_taken, self._n_stored = n_before, 0, 0
        self._progress = progress
        self._waiting: list[tuple[Judgment, Outcome]] = []
        self._oldest = time.monotonic()
        self._is_database_away = False

    @property
    def n_open(self) -> int:
        """Pairs for which nothing came yet."""
        return len(self.wanted) - self._n_taken

    def tell_progress(self) -> None:
        """Record how many pairs have an outcome.

        Raises:
            LeaseLost: see `evalhub.pipeline.kind.Progress`.
        """
        self._progress(self._n_before + self._n_taken)

    def is_held(self) -> bool:
        """Whether nothing more is to be begun: the unit is another's, its job held, or the database away."""
        try:
            self.tell_progress()
        except LeaseLost:
            return True
        return self._is_database_away

    def add(self, outcomes: Iterable[tuple[PairDigests, Outcome]]) -> None:
        """Take free outcomes; they are stored some at a time.

        Raises:
            LeaseLost: see `evalhub.pipeline.kind.Progress`.
        """
        self._waiting += [(self.wanted[pair], outcome) for pair, outcome in outcomes if pair in self.wanted]
        if len(self._waiting) >= FLUSH_PAIRS or time.monotonic() - self._oldest > FLUSH_S:
            self.flush()
            self.tell_progress()

    def add_paid(self, outcomes: Iterable[tuple[PairDigests, Outcome]]) -> None:
        """Take outcomes that cost money: they are stored at once, and kept while the database is away."""
        self._waiting += [(self.wanted[pair], outcome) for pair, outcome in outcomes if pair in self.wanted]
        try:
            self.flush()
            self._is_database_away = False
        except OperationalError:
            self._is_database_away = True  # no call is begun; what is in flight still comes, then a last try

    def flush(self) -> None:
        """Store what waits."""
        n_new = judgments_store(self._waiting, self._unit, self._spec, now=timezone.now())
        self._n_taken += len(self._waiting)
        self._waiting, self._oldest = [], time.monotonic()
        if n_new and not self._n_stored:
            units_bore_fruit(self._unit)
        self._n_stored += n_new
