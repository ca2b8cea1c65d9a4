"""What a rater replied can be stored, whatever is in it."""

import pytest

from evalhub.pipeline.judgments import storable


@pytest.mark.parametrize(
    ("reply", "stored"),
    [("a\x00b", "a\ufffdb"), ("half \ud83d of a pair", "half ? of a pair"), ("grün 😀", "grün 😀")],
)
def test_what_databases_refuse_is_replaced(reply: str, stored: str) -> None:
    assert storable(reply) == stored
    assert storable(reply).encode()
