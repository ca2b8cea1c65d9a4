"""Orders that must not depend on the database."""

from django.db import connection
from django.db.models.functions import Collate


def codepoint_order(field: str) -> Collate:
    """Order texts by code point, as Python and a binary collation do: ties in ranks hang on it."""
    return Collate(field, "C" if connection.vendor == "postgresql" else "BINARY")
