"""Pages of lists in an order that is no column: the place of the last row is the cursor."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from math import isfinite
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from evalhub.api.pages import Pages

# The framework's cursors count rows of equal place and give up beyond a thousand: pairs that no label could
# change anything about are more.
PLACE = ("place", "tie_break", "pk")
Place = tuple[float | str, int, int]


class KeysetPages(Pages):
    """Rows of mappings that have a place, a tie_break and a pk, in this order."""

    def paginate_queryset(
        self, queryset: QuerySet[Any, Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """Cut out the page that a request asks for.

        Raises:
            ValidationError: its cursor was not made here.
        """
        self._address = request.build_absolute_uri()
        size = self.get_page_size(request) or self.page_size
        cursor = _read(request.query_params.get(self.cursor_query_param, ""))
        is_back = cursor is not None and cursor[0]
        rows = queryset.order_by(*(f"-{name}" if is_back else name for name in PLACE))
        if cursor is not None:
            rows = _from(rows, cursor[1], "lt" if is_back else "gt")
        found = list(rows[: size + 1])
        is_more = len(found) > size
        found = found[:size][::-1] if is_back else found[:size]
        self._next = _write(False, found[-1]) if found and (is_back or is_more) else None
        self._previous = _write(True, found[0]) if found and (is_more if is_back else cursor) else None
        return found

    def get_next_link(self) -> str | None:
        """The address of the next page."""
        return self._link(self._next)

    def get_previous_link(self) -> str | None:
        """The address of the page before."""
        return self._link(self._previous)

    def _link(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        return str(replace_query_param(self._address, self.cursor_query_param, cursor))


def _from(rows: QuerySet[Any, Any], place: Place, than: str) -> QuerySet[Any, Any]:
    try:
        return rows.filter(_beyond(place, than))
    except (ValueError, TypeError) as error:  # a place of a list in another order
        raise _not_ours() from error


def _not_ours() -> ValidationError:
    return ValidationError(
        {"cursor": "not a cursor of this list; follow next and previous as they are given"}
    )


def _beyond(place: Place, than: str) -> Q:
    where, tie_break, pk = place
    tied = Q(**{f"tie_break__{than}": tie_break}) | Q(**{"tie_break": tie_break, f"pk__{than}": pk})
    return Q(**{f"place__{than}": where}) | (Q(place=where) & tied)


def _write(is_back: bool, row: dict[str, Any]) -> str:
    text = json.dumps([is_back, *(row[name] for name in PLACE)])
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _is_storable(text: str) -> bool:
    """Whether a database can look for it."""
    return "\0" not in text and text.encode(errors="replace").decode() == text


def _read(text: str) -> tuple[bool, Place] | None:
    if not text:
        return None
    try:
        is_back, where, tie_break, pk = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        is_known = _is_storable(where) if isinstance(where, str) else isfinite(where)
        if not is_known or not all(isinstance(key, int) and 0 <= key < 2**63 for key in (tie_break, pk)):
            raise ValueError(text)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise _not_ours() from error
    return bool(is_back), (where, tie_break, pk)
