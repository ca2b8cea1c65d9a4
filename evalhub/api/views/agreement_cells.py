"""The pairs in a cell of the confusion matrix of two graders."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.asked import AskedView, after_of
from evalhub.api.faults import request_error
from evalhub.api.serializers.agreement_cells import CellFilterSerializer, CellSerializer
from evalhub.api.views.agreement import AgreementView
from evalhub.selectors.agreement.asked import report_latest
from evalhub.selectors.agreement.cells import cell_pairs

PER_PAGE = 50
MOST_DIGITS = 9


class AgreementPairsView(AskedView, AgreementView):
    """A cell."""

    http_method_names = ["get", "head"]

    @extend_schema(
        operation_id="query_collections_agreement_pairs",
        parameters=[CellFilterSerializer],
        responses=CellSerializer,
    )
    def get(self, request: Request, collection_id: int) -> Response:
        """List the pairs that one grader gave one grade and the other another, of the newest report.

        The first 500 of each cell are kept. 404 before a report of these two was computed.
        """
        checked = CellFilterSerializer(data=request.query_params)
        asked = self._asked(collection_id, checked)
        report = report_latest(asked)
        if report is None:
            raise Http404
        start = _start(after_of(checked.validated_data.get("cursor", "")))
        found = cell_pairs(report, checked.validated_data["cell"], start, start + PER_PAGE)
        following = str(start + PER_PAGE) if start + PER_PAGE < found.n_kept else ""
        shown: dict[str, Any] = {
            "n_kept": found.n_kept,
            "next": self.following(following),
            "previous": None,
            "results": [{"query": query, "document": document} for query, document in found.pairs],
        }
        return Response(CellSerializer(shown).data)


def _start(after: str) -> int:
    if not after:
        return 0
    if not after.isdecimal() or len(after) > MOST_DIGITS:
        raise request_error("cursor", "not a cursor of this list", "Follow next as it is given.")
    return int(after)
