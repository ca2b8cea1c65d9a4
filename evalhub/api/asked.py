"""Views that are asked by parameters of the address, and lists that only go forward."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

from django.db.models import Model, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.utils.urls import replace_query_param

from evalhub.api.base import ApiView
from evalhub.api.faults import request_error
from evalhub.core.suggest import did_you_mean

LISTED = 10
LONGEST_ID = 18  # digits; the databases' keys have 64 bits
CURSOR = "cursor"

Row = TypeVar("Row", bound=Model)


class AskedView(ApiView):
    """A view that reads parameters."""

    def following(self, after: str) -> str | None:
        """The address of the page that begins after a text; None where that is ""."""
        if not after:
            return None
        cursor = urlsafe_b64encode(after.encode()).decode().rstrip("=")
        return str(replace_query_param(self.request.build_absolute_uri(), CURSOR, cursor))


def after_of(cursor: str) -> str:
    """The text that a cursor of `following` stands for.

    Raises:
        ValidationError: it was not made there.
    """
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError as error:
        problem = "not a cursor of this list; follow next as it is given"
        raise ValidationError({CURSOR: problem}) from error
    if "\0" in text:
        raise ValidationError({CURSOR: "not a cursor of this list; follow next as it is given"})
    return text


def find_named(rows: QuerySet[Row], reference: str, field: str, noun: str) -> Row:
    """The newest row of this name, or the row of this id.

    Raises:
        SpecError: there is none.
    """
    newest = rows.order_by("-pk")
    found = newest.filter(name=reference).first()
    if found is None and reference.isdecimal() and len(reference) <= LONGEST_ID:
        found = newest.filter(pk=int(reference)).first()
    if found is None:
        names: list[str] = list(newest.values_list("name", flat=True)[:LISTED])
        there = f"There are: {', '.join(names)}." if names else "There is none yet."
        problem = f'no {noun} "{reference[:100]}"'
        raise request_error(field, problem, did_you_mean(reference, names).strip() or there)
    return found
