"""Whether labels can teach the next version of a rater, and which versions could take its place."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.asked import AskedView
from evalhub.api.serializers.loop import NextSerializer
from evalhub.api.serializers.readiness import ReadinessSerializer
from evalhub.api.views.loop import NextView
from evalhub.selectors.loop.readiness import readiness
from evalhub.selectors.loop.subject import candidates


class ReadinessView(AskedView, NextView):
    """Labels for the next version of a rater."""

    http_method_names = ["get", "head"]

    @extend_schema(
        operation_id="raters_versions_readiness",
        parameters=[NextSerializer],
        responses=ReadinessSerializer,
    )
    def get(self, request: Request, rater_id: int, number: int) -> Response:
        """Show how far the labels of a collection go towards the next version, and what to label if not."""
        version = self._version(rater_id, number)
        ready = readiness(version, self._source(self.parameters(NextSerializer)))
        shown: dict[str, Any] = {
            "is_trainable": ready.is_trainable,
            "is_ready": ready.is_ready,
            "n_labels": ready.n_labels,
            "parts": [{"part": part, **counts} for part, counts in ready.parts.items()],
            "missing": ready.missing,
            "candidates": [f"{one.rater.name}@{one.number}" for one in candidates(version)],
        }
        return Response(ReadinessSerializer(shown).data)
