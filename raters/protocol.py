"""What a rater is: requests in, a grade or a reason out, one by one as they come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

MAX_REPLY_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class RateRequest:
    """One (query, document) pair to be graded; `need` says what the person behind the query wants."""

    query: str
    title: str
    text: str
    need: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one judgment took.

    Attributes:
        input_tokens: tokens read; for a local model those really computed, so that a query is counted once,
            at the first of its documents, and a rubric, computed when the rater is made, not at all.
        output_tokens: tokens generated; 0 for a model read in one forward pass.
        latency_s: from the first attempt to the outcome, waits included. For a local model the share of
            its batch's time.
        attempts: calls made, 1 where none had to be repeated.
        truncated_tokens: tokens cut from the end of the document text.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    latency_s: float = 0.0
    attempts: int = 1
    truncated_tokens: int = 0


class Reason(StrEnum):
    """Why a pair has no grade, for good: asking again in the same way would not help."""

    UNPARSEABLE = "unparseable"
    OFF_SCALE = "off_scale"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    PROVIDER_ERROR = "provider_error"
    NO_LABEL = "no_label"
    NO_QUORUM = "no_quorum"
    NOT_IMPORTED = "not_imported"


@dataclass(frozen=True, slots=True)
class Rated:
    """A grade the rubric offers.

    Attributes:
        gain: in [0, 1]: the expected grade over G where probabilities are known, else grade / G; of a panel
            what its rule makes of the members' gains.
        probabilities: of the grades 0..G in order, summing to 1; None where the rater gives none.
        reply: as received, cut at MAX_REPLY_CHARS; "" where the rater writes none.
    """

    grade: int
    gain: float
    probabilities: tuple[float, ...] | None
    rationale: str
    reply: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Unrated:
    """No grade, which is never a grade of 0; the reply is kept for the reader, cut at MAX_REPLY_CHARS."""

    reason: Reason
    detail: str
    reply: str
    usage: Usage


Outcome = Rated | Unrated


class TransientFailure(Exception):
    """The rater cannot go on now but may later; outcomes already yielded stay valid.

    Attributes:
        retry_after_s: what the provider asked for, or None where it said nothing.
        is_unreachable: nobody answered at its address.
    """

    def __init__(
        self, message: str, retry_after_s: float | None = None, *, is_unreachable: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.is_unreachable = is_unreachable


class RaterMisconfigured(Exception):
    """No request of this rater can succeed until a person changes its settings; the message says which."""


class Rater(Protocol):
    """Grades pairs; cheap to call with many at once, and safe to call again."""

    def rate(self, requests: Sequence[RateRequest]) -> Iterator[tuple[int, Outcome]]:
        """Yield (index into requests, outcome) as outcomes come, in any order, each index once.

        Raises:
            TransientFailure: the rest should be asked for later.
            RaterMisconfigured: nothing can be asked for until the settings change.
        """
        ...

    def close(self) -> None:
        """Give back connections and memory; `rate` must not be called afterwards."""
        ...


def clip_reply(reply: str) -> str:
    """Keep the start of an overlong reply and say how much was left out."""
    if len(reply) <= MAX_REPLY_CHARS:
        return reply
    note = f" [... {len(reply)} characters in all]"
    return reply[: MAX_REPLY_CHARS - len(note)] + note
