"""Texts to words, for counting which of them two texts share."""

import re
import unicodedata

# Scripts that are written without blanks: each of their characters is taken for a word.
_UNSPACED = "぀-ヿ㐀-䶿一-鿿豈-﫿"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")


def words(text: str) -> list[str]:
    """The words of a text in order, in small letters: runs of letters and digits; of Chinese, characters."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
