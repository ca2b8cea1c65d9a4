"""Telling an API key from the name of one: people put the key where its name belongs."""

import re

# The longest word of a name is shorter than this, and the random part of a key is longer.
_LONGEST_WORD = 16


def looks_like_key(text: str) -> bool:
    """Whether a text holds a long run of letters and digits mixed, as keys do and names do not."""
    runs = re.findall(rf"[A-Za-z0-9]{{{_LONGEST_WORD},}}", text)
    return any(re.search(r"[A-Za-z]", run) and re.search(r"\d", run) for run in runs)
