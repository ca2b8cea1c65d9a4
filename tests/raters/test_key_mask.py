"""A key is found however an endpoint spells it."""

import json
from urllib.parse import quote

import pytest

from raters.key_mask import MASK, KeyMask

KEY = "sk-proj/Ab+12_very.secret=="


@pytest.mark.parametrize(
    "said",
    [
        f"Incorrect API key provided: {KEY}.",
        f"Bearer {KEY}",
        json.dumps({"error": {"message": KEY}}).replace("/", "\\/"),
        "".join(f"\\u{ord(sign):04x}" for sign in KEY),
        "".join(f"\\u{ord(sign):04X}" for sign in KEY),
        f"/v1/models?key={quote(KEY, safe='')}",
        f"h11 says: Illegal header value {KEY.encode()!r}",
        f"{KEY}{KEY}",
    ],
)
def test_no_spelling_of_a_key_is_left(said: str) -> None:
    hidden = KeyMask(KEY).hide(said)
    assert MASK in hidden
    for part in (KEY, KEY[5:20], "very.secret", "\\u00", "%2F"):
        assert part not in hidden


@pytest.mark.parametrize("n_chars", [14, 20, 26])
def test_a_key_that_was_cut_is_hidden_from_its_half_on(n_chars: int) -> None:
    assert KeyMask(KEY).hide(f"wrong key {KEY[:n_chars]} was given") == f"wrong key {MASK} was given"


def test_what_is_no_key_stays() -> None:
    said = "sk-proj-other, the model sk and 12 secrets"
    assert KeyMask(KEY).hide(said) == said
    assert KeyMask("").hide(said) == said
    assert KeyMask("abcdef").hide("abc and abcdef") == f"abc and {MASK}"
