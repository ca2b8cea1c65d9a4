"""Limits that several workers keep together: calls and tokens per minute, and pauses a provider asked for."""

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from raters.spec import RaterSpec


class UnableToShareLimit(Exception):
    """What keeps the limit cannot be asked; the message says what to do."""


class Gate(Protocol):
    """One worker's way to the shared limit, in one event loop."""

    async def admit(self, n_tokens: int) -> float:
        """Take a place for one call of about `n_tokens`; returns how many seconds to wait for it.

        Raises:
            UnableToShareLimit: the limit cannot be asked.
        """
        ...

    async def settle(self, n_tokens: int) -> None:
        """Give back tokens that were taken and not used, or take those used beyond (negative)."""
        ...

    async def hold_back(self, seconds: float) -> None:
        """Have all workers pause, because a provider asked this one to."""
        ...

    async def held_back_s(self) -> float:
        """For how long all workers are to pause from now; 0 for not at all."""
        ...


class Limiter(Protocol):
    """Opens gates to the limit of one rater's endpoint."""

    def open(self, spec: RaterSpec) -> AbstractAsyncContextManager[Gate]:
        """Return the gate of the endpoint, key and model that a spec names."""
        ...


@dataclass(frozen=True, slots=True)
class _OpenGate:
    async def admit(self, n_tokens: int) -> float:
        return 0.0

    async def settle(self, n_tokens: int) -> None:
        """Nothing was taken."""

    async def hold_back(self, seconds: float) -> None:
        """Nobody else is there."""

    async def held_back_s(self) -> float:
        return 0.0


class Alone:
    """No other worker, and no limit but the provider's own."""

    def open(self, spec: RaterSpec) -> AbstractAsyncContextManager[Gate]:
        """See `Limiter.open`."""
        return nullcontext(_OpenGate())
