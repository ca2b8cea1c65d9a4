"""Did-you-mean for names that people type."""

import difflib
from collections.abc import Collection


def misspelt(value: str, offered: Collection[str]) -> str:
    """Say which offered word was probably meant, or name them all."""
    close = difflib.get_close_matches(value, sorted(offered), n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"choose one of: {', '.join(sorted(offered))}"
