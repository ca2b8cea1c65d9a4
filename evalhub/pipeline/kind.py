"""What a job kind must offer, and the ways a unit may end."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from evalhub.models import Job, WorkUnit


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A work unit to be: its payload, and how many items (documents, queries, pairs) it holds."""

    payload: dict[str, Any] = field(default_factory=dict)
    n_items: int = 0


class Later(Exception):
    """The unit goes back and is tried again after `delay_s` seconds; not a failure.

    Attributes:
        fruitless: None for a wait that will end by itself, such as for another campaign.
    """

    def __init__(self, reason: str, delay_s: float, fruitless: "Fruitless | None" = None) -> None:
        super().__init__(reason)
        self.delay_s = delay_s
        self.fruitless = fruitless


@dataclass(frozen=True, slots=True)
class Fruitless:
    """A try that stored nothing new; the last of `max_tries` in a row fails the job.

    Attributes:
        remedy: what a person can do then.
    """

    max_tries: int
    remedy: str


class LeaseLost(Exception):
    """Another attempt holds the unit, or its job was held: begin nothing more.

    What was begun and is paid for may still be stored, where that is conditional on a claim of its own.
    """


class UnableToProceed(Exception):
    """The job can not be done as asked; the message says why and what to change."""


class Progress(Protocol):
    """Tells how far a unit is; call it at least every few seconds of work."""

    def __call__(self, n_items_done: int) -> None:
        """Record progress.

        Raises:
            LeaseLost: the work is no longer this process's to do.
        """


@dataclass(frozen=True, slots=True)
class Kind:
    """A job kind: plan it, run one unit of it outside any transaction, complete it inside a short one."""

    plan: Callable[[Job], Iterable[UnitPlan]]
    run: Callable[[Job, WorkUnit, Progress], None]
    complete: Callable[[Job], None]
