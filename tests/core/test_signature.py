"""The signature against one that openssl made, and the snippet of the documentation."""

import re
from pathlib import Path
from typing import Any

import pytest

from evalhub.core.signature import new_secret, signature

DOCS = Path(__file__).parents[2] / "docs" / "hooks_and_schedules.md"
# printf '1700000000.{"event":"test"}' | openssl dgst -sha256 -hmac whsec_example
HEX = "6278becabcffd9691cc690f3325a32fbb974ce886ed466276d506e6981003fd3"


def test_the_header_is_what_openssl_says() -> None:
    assert signature("whsec_example", b'{"event":"test"}', 1_700_000_000) == f"t=1700000000,v1={HEX}"


def test_secrets_are_long_and_differ() -> None:
    assert len({new_secret() for _ in range(10)}) == 10
    assert len(new_secret()) == 6 + 43


@pytest.fixture
def snippet() -> dict[str, Any]:
    """What the documentation tells receivers to run."""
    found = re.search(r"```python\n(.*?def is_from_evalhub.*?)```", DOCS.read_text(), re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found.group(1), names)
    return names


def test_the_documented_check_takes_ours_and_nothing_else(snippet: dict[str, Any]) -> None:
    check, body = snippet["is_from_evalhub"], '{"said":"grün"}'.encode()
    header = signature("whsec_s", body, 1_700_000_000)
    assert check("whsec_s", body, header, now=1_700_000_100)
    assert not check("whsec_s", body + b" ", header, now=1_700_000_100)
    assert not check("whsec_t", body, header, now=1_700_000_100)
    assert not check("whsec_s", body, header, now=1_700_000_301)
    later = header.replace("t=1700000000", "t=1700000300")
    assert not check("whsec_s", body, later, now=1_700_000_301)
    assert not check("whsec_s", body, "nonsense", now=1_700_000_100)
