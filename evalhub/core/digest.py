"""Content digests: equal content gives equal keys, on every machine and in every process."""

import hashlib
import json
from collections.abc import Iterable

JsonValue = (
    None | bool | int | float | str | list["JsonValue"] | tuple["JsonValue", ...] | dict[str, "JsonValue"]
)

_MODULUS = 2**256


def content_digest(payload: JsonValue) -> str:
    """Digest a JSON value, independent of key order.

    Returns:
        "sha256:" and 64 hexadecimal digits.

    Raises:
        ValueError: the value holds a NaN or an infinity.
    """
    canonical = json.dumps(
        payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def text_digest(*texts: str) -> str:
    """Digest texts in order; ("ab", "c") and ("a", "bc") differ. Returns 64 hexadecimal digits."""
    state = hashlib.sha256()
    for text in texts:
        encoded = text.encode()
        state.update(len(encoded).to_bytes(8, "little"))
        state.update(encoded)
    return state.hexdigest()


def set_digest(members: Iterable[str]) -> str:
    """Digest a set of texts whatever order they come in, in constant memory.

    The sum of the members' SHA-256 modulo 2**256 (AdHash, Bellare and Micciancio 1997): enough against
    accident, which is what a cache key meets. Returns "sha256:" and 64 hexadecimal digits.
    """
    return sum_digest(sum(map(member_sum, members)))


def member_sum(member: str) -> int:
    """What one member adds to the sum of its set: who keeps the sum need not go through the set again."""
    return int.from_bytes(hashlib.sha256(member.encode()).digest(), "little")


def sum_digest(total: int) -> str:
    """The digest of the set whose members' sums add up to `total`."""
    return "sha256:" + hashlib.sha256((total % _MODULUS).to_bytes(32, "little")).hexdigest()


def sum_text(total: int) -> str:
    """A sum as 64 hexadecimal digits."""
    return f"{total % _MODULUS:064x}"
