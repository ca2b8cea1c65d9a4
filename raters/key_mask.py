"""Takes an API key out of what an endpoint said, before anything is made of it."""

import re
from urllib.parse import quote

MASK = "[API key]"
# Half of a key this short is too common a text to be taken for it.
_SHORTEST_TO_HALVE = 16
_REST = r"(?:\\u[0-9a-fA-F]{4}|\\/|[\w.~+/=%-])*"


class KeyMask:
    """Knows one key in the spellings in which JSON, URLs and Python's `repr` carry it, whole or cut short."""

    def __init__(self, key: str) -> None:
        """Prepare for a key; "" masks nothing."""
        self._key = key
        begun = key[: len(key) // 2]
        spellings = [_spelt(key), re.escape(quote(key, safe=""))]
        if len(key) >= _SHORTEST_TO_HALVE:
            # Endpoints cut what they quote; half a key is still worth hiding.
            spellings.append(_spelt(begun) + _REST)
        self._pattern = re.compile("|".join(spellings))
        # One of these begins every spelling; most answers hold none, and the pattern is slower.
        self._beginnings = (key[:4], quote(key, safe="")[:4], "\\u00", "\\/")

    def hide(self, text: str) -> str:
        """The text without the key."""
        if not self._key or not any(beginning in text for beginning in self._beginnings):
            return text
        return self._pattern.sub(MASK, text.replace(self._key, MASK))


def _spelt(text: str) -> str:
    """A pattern for a text in which any character may be escaped as JSON allows."""
    return "".join(rf"(?:{re.escape(sign)}|\\u(?i:{ord(sign):04x})|\\{re.escape(sign)})" for sign in text)
