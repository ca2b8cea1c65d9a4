"""Times over changes of the clock, worked out by hand from the dates on which Berlin and New York change.

2026: Berlin leaps 02:00 -> 03:00 on March 29 and falls back 03:00 -> 02:00 on October 25, both at 01:00 UTC.
New York leaps 02:00 -> 03:00 on March 8 (07:00 UTC), falls back 02:00 -> 01:00 on November 1 (06:00 UTC).
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from evalhub.services.cron import UnableToSchedule, in_words, next_times, nightly, times


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        # 02:30 does not exist on the 29th: right after the leap, 03:00 CEST.
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-03-28T00:00",
            ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"],
        ),
        # 02:30 comes twice on the 25th: the first, CEST.
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-24T00:00",
            ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"],
        ),
        (
            "30 2 * * *",
            "America/New_York",
            "2026-03-07T00:00",
            ["2026-03-07T07:30", "2026-03-08T07:00", "2026-03-09T06:30"],
        ),
        (
            "30 1 * * *",
            "America/New_York",
            "2026-10-31T00:00",
            ["2026-10-31T05:30", "2026-11-01T05:30", "2026-11-02T06:30"],
        ),
        # Every half hour follows the real time through both.
        (
            "*/30 * * * *",
            "Europe/Berlin",
            "2026-03-29T00:29",
            ["2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30"],
        ),
        (
            "*/30 * * * *",
            "Europe/Berlin",
            "2026-10-25T00:29",
            ["2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30"],
        ),
        ("0 9 * * MON", "Asia/Kolkata", "2026-11-22T00:00", ["2026-11-23T03:30", "2026-11-30T03:30"]),
    ],
)
def test_times_over_a_change_of_the_clock(cron: str, zone: str, after: str, expected: list[str]) -> None:
    assert next_times(cron, zone, utc(after), len(expected)) == [utc(one) for one in expected]


@pytest.mark.parametrize(
    ("zone", "month"), [("Europe/Berlin", 3), ("Europe/Berlin", 10), ("America/New_York", 10)]
)
@pytest.mark.parametrize("clock", ["01:30", "02:00", "02:30", "03:00"])
@pytest.mark.parametrize("late", [timedelta(seconds=5), timedelta(minutes=61)])
def test_a_nightly_run_is_once_a_day_however_late_it_is_noticed(
    zone: str, month: int, clock: str, late: timedelta
) -> None:
    at, days = datetime(2026, month, 19, 12, tzinfo=UTC), []
    for _ in range(14):
        (at,) = next_times(nightly(clock), zone, at, 1)
        days.append(at.astimezone(ZoneInfo(zone)).date())
        at += late  # the next one is reckoned from when this one was noticed
    assert days == [date(2026, month, 20) + timedelta(days=n) for n in range(14)]


def test_what_was_noticed_in_the_second_pass_of_the_hour_is_not_run_again() -> None:
    # 02:30 CEST was due at 00:30 UTC; at 01:10 UTC it is 02:10 again, now CET.
    assert next_times("30 2 * * *", "Europe/Berlin", utc("2026-10-25T01:10"), 1) == [utc("2026-10-26T01:30")]


@pytest.mark.parametrize(
    ("cron", "zone", "field"),
    [
        ("30 2 * *", "UTC", "cron"),
        ("0 30 2 * * *", "UTC", "cron"),
        ("61 2 * * *", "UTC", "cron"),
        ("30 2 30 2 *", "UTC", "cron"),
        ("30 2 * * *", "Europe/Berlim", "time_zone"),
        ("30 2 * * *", "../../etc/passwd", "time_zone"),
    ],
)
def test_what_cannot_be_is_refused(cron: str, zone: str, field: str) -> None:
    with pytest.raises(UnableToSchedule) as caught:
        next_times(cron, zone, utc("2026-01-01T00:00"), 1)
    assert caught.value.field == field


def test_a_time_of_day() -> None:
    assert nightly("02:05") == "5 2 * * *"
    for wrong in ("24:00", "2", "02:60", "-1:00", "ab:cd"):
        with pytest.raises(UnableToSchedule):
            nightly(wrong)


@pytest.mark.parametrize(
    ("cron", "words"),
    [("30 2 * * *", "at 02:30 every day"), ("0 5 * * MON-FRI", "at 05:00 on Monday through Friday")],
)
def test_an_expression_in_words(cron: str, words: str) -> None:
    assert in_words(cron) == words


def test_times_never_end() -> None:
    found = times("0 0 29 2 *", "UTC", utc("2026-01-01T00:00"))
    assert [next(found), next(found)] == [utc("2028-02-29T00:00"), utc("2032-02-29T00:00")]
