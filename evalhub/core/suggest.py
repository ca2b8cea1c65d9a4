"""The nearest of the offered words, for error messages."""

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, offered: Iterable[str]) -> str:
    """Return `Did you mean "..."?` with a leading space, or an empty string when nothing is near."""
    by_lower = {name.lower(): name for name in offered}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f' Did you mean "{by_lower[near[0]]}"?' if near else ""
