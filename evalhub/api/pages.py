"""Lists in pages that stay right while rows are added: cursors over a total order."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

_Model = TypeVar("_Model", bound=Model)
Row = TypeVar("Row")


class Pages(CursorPagination):
    """Newest first; `next` and `previous` are whole addresses."""

    ordering = ("-pk",)
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    def paginate_queryset(
        self, queryset: QuerySet[_Model, Row], request: Request, view: APIView | None = None
    ) -> list[Row] | None:
        """Cut out the page that a request asks for.

        Raises:
            ValidationError: its cursor was not made here.
        """
        try:
            return super().paginate_queryset(queryset, request, view)
        except (NotFound, ValueError) as error:
            problem = "not a cursor of this list; follow next and previous as they are given"
            raise ValidationError({"cursor": problem}) from error

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> tuple[str, ...]:
        """The order of this list: whatever the view says, its last field is unique."""
        return tuple(getattr(view, "ordering", self.ordering))

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the parameters; the framework's own description has no limits."""
        limits = {"cursor": {"minLength": 1}, "page_size": {"minimum": 1, "maximum": self.max_page_size}}
        found = super().get_schema_operation_parameters(view)
        for row in found:
            row["schema"] |= limits[row["name"]]
        return list(found)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page; the framework's own description has the nulls of OpenAPI 3.0."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }
