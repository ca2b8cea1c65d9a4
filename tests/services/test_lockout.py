"""Guessing gets slow; nobody else is kept out."""

from datetime import UTC, datetime, timedelta

import pytest

from evalhub.models import FailedSignIns
from evalhub.services.lockout import Limit, attempt, sign_in_limits, succeeded, token_limits, wait_in_words

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def seconds(n: float) -> timedelta:
    return timedelta(seconds=n)


def fail(n: int, name: str = "ada", address: str = "192.0.2.1", now: datetime = NOW) -> list[timedelta]:
    return [attempt(sign_in_limits(name, address), now=now) for _ in range(n)]


@pytest.mark.parametrize(("n", "expected"), [(4, 0), (5, 30), (6, 60), (11, 1920), (12, 3600), (99, 3600)])
def test_waits_double_up_to_an_hour(n: int, expected: float) -> None:
    assert Limit("k", 5).wait(n) == seconds(expected)


def test_the_sixth_try_waits_and_may_try_again_after_the_wait() -> None:
    assert fail(5) == [seconds(0)] * 5
    assert fail(1) == [seconds(30)]
    assert fail(1, now=NOW + seconds(10)) == [seconds(20)]
    assert fail(1, now=NOW + seconds(30)) == [seconds(0)]  # the sixth that is looked at
    assert fail(1, now=NOW + seconds(31)) == [seconds(59)]


def test_another_address_and_another_name_are_not_kept_out() -> None:
    fail(6)
    assert fail(1, address="192.0.2.2") == [seconds(0)]
    assert fail(1, name="bob") == [seconds(0)]


def test_many_names_from_one_address_wait_for_all_names() -> None:
    for number in range(20):
        assert fail(1, name=f"name-{number}") == [seconds(0)]
    assert fail(1, name="fresh") == [seconds(30)]
    assert fail(1, name="fresh", address="192.0.2.9") == [seconds(0)]


def test_addresses_of_one_customer_are_one() -> None:
    for number in range(20):
        assert fail(1, name=f"name-{number}", address=f"2001:db8:1:2::{number:x}") == [seconds(0)]
    assert fail(1, name="fresh", address="2001:db8:1:2:ffff::1") == [seconds(30)]
    assert fail(1, name="fresh", address="2001:db8:1:3::1") == [seconds(0)]  # the next customer's


def test_one_address_written_otherwise_is_the_same() -> None:
    fail(5, address="2001:db8::1")
    assert fail(1, address="2001:0DB8:0:0::1") == [seconds(30)]
    fail(5, address="192.0.2.7")
    assert fail(1, address="::ffff:192.0.2.7") == [seconds(30)]


def test_what_is_no_address_is_counted_as_it_is() -> None:
    fail(5, address="unix:")
    assert fail(1, address="unix:") == [seconds(30)]
    assert attempt(token_limits(None), now=NOW) == seconds(0)


def test_case_makes_no_new_name() -> None:
    for name in ("ada", "Ada", "ADA", "aDa", "adA"):
        fail(1, name=name)
    assert fail(1, name="AdA") == [seconds(30)]


def test_success_forgets_the_name_but_only_its_own_try_of_the_address() -> None:
    fail(4)
    limits = sign_in_limits("ada", "192.0.2.1")
    assert attempt(limits, now=NOW) == seconds(0)
    succeeded(limits)
    assert FailedSignIns.objects.get().n == 4
    assert fail(5) == [seconds(0)] * 5


def test_after_a_day_it_is_forgotten() -> None:
    fail(6)
    assert fail(4, now=NOW + timedelta(hours=25)) == [seconds(0)] * 4


@pytest.mark.parametrize(
    ("wait", "words"),
    [(0.2, "1 second"), (30, "30 seconds"), (29.5, "30 seconds"), (120, "2 minutes"), (3600, "60 minutes")],
)
def test_the_wait_is_said(wait: float, words: str) -> None:
    assert wait_in_words(seconds(wait)) == words
