"""How far raters can be believed."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.base import ApiView
from evalhub.api.named import find_collection
from evalhub.api.serializers.rater_report import RaterReportFilterSerializer, RaterReportSerializer
from evalhub.models import Rater
from evalhub.selectors.agreement.asked import AgreementAsked
from evalhub.selectors.agreement.graders import Grader
from evalhub.selectors.rater_report import SEED, Asked, rater_report
from evalhub.selectors.rater_versions import find_rater_version, gold_snapshot, version_of
from evalhub.services.agreement import agreement_now

GOLD = "gold"


class RaterReportView(ApiView):
    """A rater held against people's labels."""

    @extend_schema(parameters=[RaterReportFilterSerializer], responses=RaterReportSerializer)
    def get(self, request: Request, rater_id: int) -> Response:
        """Show how a rater's stored judgments agree with gold labels or another rater.

        As `evalhub rater evaluate --json` writes it. Queries that trained a rater are left out.
        """
        rater = self.own(Rater.objects.all(), rater_id)
        checked = RaterReportFilterSerializer(data=request.query_params)
        checked.is_valid(raise_exception=True)
        given = dict(checked.validated_data)
        asked = self._asked(rater, given)
        if asked.snapshot is None or asked.compared or asked.thresholds or "seed" in given:
            return Response(rater_report(asked))
        stored = AgreementAsked(
            asked.collection, asked.snapshot, Grader(asked.version), Grader(), asked.gold_max
        )
        return Response(agreement_now(stored, now=timezone.now()).figures)

    def _asked(self, rater: Rater, given: dict[str, Any]) -> Asked:
        collection = find_collection(self.workspace, given["collection"])
        is_gold, compared = given["against"] == GOLD, given.get("compare")
        return Asked(
            version=version_of(rater, given.get("version")),
            collection=collection,
            snapshot=gold_snapshot(collection, given.get("corpus")) if is_gold else None,
            against=None if is_gold else find_rater_version(self.workspace, given["against"]),
            compared=find_rater_version(self.workspace, compared) if compared else None,
            gold_max=given.get("gold_max"),
            thresholds=_thresholds(given.get("thresholds", "")),
            seed=given.get("seed", SEED),
        )


def _thresholds(text: str) -> list[tuple[int, int]]:
    pairs = (pair.split(":") for pair in text.split(",") if pair)
    return [(int(ours), int(theirs)) for ours, theirs in pairs]
