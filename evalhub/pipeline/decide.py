"""What a job needs next: a pure function of counts."""

from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class Facts:
    """A job as the database has it. Counts are of its work units, and of the jobs it requires."""

    state: str
    is_planned: bool
    n_required_open: int
    n_required_failed: int
    n_free: int
    n_claimed: int
    n_failed: int


class Step(Enum):
    """What to do with a job."""

    NOTHING = auto()
    START = auto()
    FEED = auto()
    COMPLETE = auto()
    FAIL = auto()


def decide(facts: Facts) -> Step:
    """Say what a job needs next; a job fails only when nothing of it can still go on."""
    if facts.state == "waiting":
        if facts.n_required_failed:
            return Step.FAIL
        return Step.NOTHING if facts.n_required_open else Step.START
    if facts.state != "running":
        return Step.NOTHING
    if facts.n_free:
        return Step.FEED
    if facts.n_claimed:
        return Step.NOTHING
    if facts.n_failed:
        return Step.FAIL
    return Step.COMPLETE if facts.is_planned else Step.NOTHING
