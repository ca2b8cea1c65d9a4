"""Content digests: equal content gives equal keys, on every machine and in every process."""

import hashlib
import json
from collections.abc import Iterable

JsonValue = (
    None | bool | int | float | str | list["JsonValue"] | tuple["JsonValue", ...] | dict[str, "JsonValue"]
)


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
    total = 0
    for member in members:
        total += int.from_bytes(hashlib.sha256(member.encode()).digest(), "little")
    return "sha256:" + hashlib.sha256((total % 2**256).to_bytes(32, "little")).hexdigest()
