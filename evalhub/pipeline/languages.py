"""Which languages texts are written in (py3langid: offline, 139 languages and "not a language")."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

# More of a text does not change what it is written in.
READ_CHARACTERS = 2_000
# Less sure than this is no answer; py3langid's own word for it is "und".
MIN_CONFIDENCE = 0.2
UNDETERMINED, NOT_A_LANGUAGE = "und", "zxx"


def count_languages(texts: Iterable[str]) -> list[tuple[str, int]]:
    """(ISO 639 code, texts), most first; what has no letters, or fits none, is "und" or "zxx"."""
    counts: Counter[str] = Counter()
    for text in texts:
        start = text[:READ_CHARACTERS]
        is_readable = any(character.isalpha() for character in start)
        counts[_identifier().classify(start)[0] if is_readable else NOT_A_LANGUAGE] += 1
    return counts.most_common()


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # a third of a second, in workers only

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=MIN_CONFIDENCE)
