"""The price table from the terminal."""

from collections.abc import Callable

import pytest

from tests.cli.conftest import Ended

Evalhub = Callable[..., Ended]

pytestmark = pytest.mark.django_db


def test_set_and_list(evalhub: Evalhub) -> None:
    assert "evalhub price set MODEL" in evalhub("price", "list").out
    evalhub("price", "set", "gpt-x", "--input", "0.15", "--output", "0.6")
    assert evalhub("price", "set", "gpt-x", "--input", "0.1", "--output", "0.5").code == 0
    assert evalhub("price", "list").out == "gpt-x: input $0.1, output $0.5\n"


def test_a_price_is_a_number_of_dollars(evalhub: Evalhub) -> None:
    ended = evalhub("price", "set", "gpt-x", "--input", "-1", "--output", "0.5")
    assert ended.code == 2
    assert "--input" in ended.err
