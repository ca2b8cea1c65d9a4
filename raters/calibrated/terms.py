"""Text to index terms: lower-cased words without English function words, plurals folded."""

import re
import unicodedata
from functools import lru_cache

# What is beyond it in a document is read by nobody here; a page of text has some 3,000 characters.
MAX_CHARS = 100_000

_WORD = re.compile(r"[^\W_]+")
# Function words and the words questions are made of; content words such as "system" stay.
_FUNCTION_WORDS = """
a about am an and any are as at be been being but by can could did do does for from had has have how i if in
into is it its me my no not of on or our should so such than that the their them then there these they this
to us was we were what when where which who whom whose why will with would you your
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())


def words(text: str) -> list[str]:
    """Return the folded words of a text in order, function words included."""
    return [fold(word) for word in _WORD.findall(unicodedata.normalize("NFKC", text[:MAX_CHARS]).casefold())]


def content_terms(text: str) -> list[str]:
    """Return a query's folded words without function words, or all of them where nothing else is left."""
    found = words(text)
    return [word for word in found if word not in STOP_WORDS] or found


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Fold an English plural: the S stemmer (Harman 1991, How effective is suffixing?, JASIS 42:7-15)."""
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word if word.endswith(("eies", "aies")) else word[:-3] + "y"
    if word.endswith("es"):
        return word if word.endswith(("aes", "ees", "oes")) else word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]
