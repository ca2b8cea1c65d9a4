"""How long a command waits for a campaign."""

import re
import time
from collections.abc import Callable

import click

from evalhub.cli import EXIT_FAILED_RUN

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smh]?)")


class TookTooLong(click.ClickException):
    """The campaign did not end in time; it goes on."""

    exit_code = EXIT_FAILED_RUN


def duration(ctx: click.Context | None, param: click.Parameter | None, value: str | None) -> float | None:
    """Seconds of an option such as 90, 90s, 30m or 2h.

    Raises:
        BadParameter: it is no time.
    """
    if value is None:
        return None
    found = _DURATION.fullmatch(value.strip())
    if found is None or not float(found[1]):
        raise click.BadParameter(f"{value!r} is no time; write 90s, 30m or 2h", ctx, param)
    return float(found[1]) * _UNITS[found[2]]


class Deadline:
    """Raises when the time is up; `clock` gives seconds."""

    def __init__(self, timeout_s: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._timeout_s = timeout_s
        self._clock = clock
        self._began = clock()

    def check(self, campaign_id: int) -> None:
        """Look at the time.

        Raises:
            TookTooLong: it is up.
        """
        if self._timeout_s is not None and self._clock() - self._began > self._timeout_s:
            raise TookTooLong(
                f"campaign {campaign_id} still runs after {self._timeout_s:g} s and goes on by itself; "
                "wait for the next one longer by --timeout: what is done is not done twice"
            )
