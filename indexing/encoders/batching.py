"""Which texts go through a tokenizer and a model together."""

from collections.abc import Iterator, Sequence

# Bounds what a tokenizer holds at once: some 130 bytes per character of text.
TEXTS_PER_PASS = 2048
CHARACTERS_PER_PASS = 2_000_000


def text_passes(texts: Sequence[str]) -> Iterator[slice]:
    """Cut texts into consecutive passes; one over the number of characters goes alone."""
    start = n_characters = 0
    for place, text in enumerate(texts):
        n_characters += len(text)
        if place - start == TEXTS_PER_PASS or (place > start and n_characters > CHARACTERS_PER_PASS):
            yield slice(start, place)
            start, n_characters = place, len(text)
    if start < len(texts):
        yield slice(start, len(texts))


def token_batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Group texts by falling length so that a padded batch holds at most `budget` tokens.

    Longest first, so that a batch too large for memory fails at once; a text longer than the budget goes
    alone. Yields indices into `lengths`, each once.
    """
    by_length = sorted(range(len(lengths)), key=lambda index: (-lengths[index], index))
    start = 0
    while start < len(by_length):
        size = max(1, budget // max(1, lengths[by_length[start]]))
        yield by_length[start : start + size]
        start += size
