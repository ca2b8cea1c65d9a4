"""Numbers that an address or a form carries as text."""

# Fewer digits than the largest key of a database has: what is longer names nothing.
MAX_DIGITS = 18


def whole_number(text: str | None) -> int | None:
    """A whole number that a database can look for; None for anything else."""
    is_number = text and len(text) <= MAX_DIGITS and text.isascii() and text.isdecimal()
    return int(text) if text and is_number else None
