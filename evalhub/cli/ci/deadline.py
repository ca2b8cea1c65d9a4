"""How long a command waits for a campaign."""

import re

import click

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smh]?)")


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
