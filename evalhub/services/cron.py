"""When a cron expression matches in a time zone, over its changes of the clock.

By cronsim, which does as Debian's cron does: a time of day that the clock leaps over comes right after the
leap, one that it passes twice comes once; expressions with `*` or `*/n` for minutes or hours follow the real
time. (croniter changed hands and lost its care; Celery's crontab takes no aware times over such a change.)
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from evalhub.core.errors import UserError
from evalhub.core.suggest import did_you_mean

N_FIELDS = 5


class UnableToSchedule(UserError):
    """An expression or a zone that cannot be.

    Attributes:
        field: "cron" or "time_zone".
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


def times(cron: str, zone: str, after: datetime) -> Iterator[datetime]:
    """The times of an expression after a moment, in UTC.

    Raises:
        UnableToSchedule: see there.
    """
    if len(cron.split()) != N_FIELDS:
        raise UnableToSchedule("cron", "write minute hour day month weekday, such as: 30 2 * * *")
    try:
        found = CronSim(cron, after.astimezone(zone_of(zone)))
    except CronSimError as error:
        problem = f"{error}; write minute hour day month weekday, such as: 30 2 * * *"
        raise UnableToSchedule("cron", problem) from error
    for at in found:
        # In the hour that comes twice, what matched in the first pass lies behind.
        if (moment := at.astimezone(UTC)) > after:
            yield moment


def next_times(cron: str, zone: str, after: datetime, n: int) -> list[datetime]:
    """The next of them, at least one.

    Raises:
        UnableToSchedule: see there, or the expression never matches.
    """
    found = list(islice(times(cron, zone, after), n))
    if not found:
        raise UnableToSchedule("cron", "this never comes, such as February 30; change the day or the month")
    return found


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its IANA name.

    Raises:
        UnableToSchedule: there is none of that name.
    """
    if name not in zone_names():
        hint = did_you_mean(name, zone_names()).strip() or "such as Europe/Berlin or UTC"
        raise UnableToSchedule("time_zone", f"no IANA time zone is called {name[:60]!r}; {hint}")
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """All IANA names: a walk through a folder, so once for each process."""
    return frozenset(available_timezones())


def in_words(cron: str) -> str:
    """An expression that can be, as people say it: `at 02:30 every day`."""
    said: str = CronSim(cron, datetime(2000, 1, 1, tzinfo=UTC)).explain()
    return said[:1].lower() + said[1:]


def nightly(hour_minute: str) -> str:
    """The expression of a time of day, HH:MM.

    Raises:
        UnableToSchedule: it is none.
    """
    hour, _, minute = hour_minute.strip().partition(":")
    is_number = all(part.isdecimal() and len(part) <= 2 for part in (hour, minute))
    if not is_number or int(hour) > 23 or int(minute) > 59:
        raise UnableToSchedule("cron", "a time of day is written HH:MM, such as 02:30")
    return f"{int(minute)} {int(hour)} * * *"
