"""How long somebody waits for a campaign."""

import time
from collections.abc import Callable

from evalhub.core.errors import UserError


class TookTooLong(UserError):
    """It did not end in time; it goes on by itself."""


class Deadline:
    """Raises when the time is up; `clock` gives seconds."""

    def __init__(self, timeout_s: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """The time begins now; None is for ever."""
        self._timeout_s = timeout_s
        self._clock = clock
        self._began = clock()

    @property
    def left_s(self) -> float | None:
        """Seconds until it is up, below 0 afterwards; None where it never is."""
        return None if self._timeout_s is None else self._timeout_s - (self._clock() - self._began)

    def check(self, what: str) -> None:
        """Look at the time.

        Args:
            what: is waited for, such as "campaign 7".

        Raises:
            TookTooLong: it is up.
        """
        if self.left_s is not None and self.left_s <= 0:
            raise TookTooLong(
                f"{what} still runs after {self._timeout_s:g} s and goes on by itself; "
                "wait for the next one longer by --timeout: what is done is not done twice"
            )

    def within(self, longest_s: float, *, at_least_s: float = 0.0) -> float:
        """So many seconds, or what is left where that is less."""
        return longest_s if self.left_s is None else min(longest_s, max(self.left_s, at_least_s))
