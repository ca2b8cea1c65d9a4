"""How graders agree: ask for a report, look at the newest."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api.base import ApiView
from evalhub.api.serializers.agreement import AgreementFilterSerializer, AgreementSerializer
from evalhub.models import AgreementReport, ApiToken, Job, QueryCollection
from evalhub.selectors.agreement.asked import AgreementAsked, agreement_asked, report_fresh, report_latest
from evalhub.selectors.agreement.graders import GOLD, grader_of
from evalhub.selectors.rater_versions import gold_snapshot
from evalhub.services.agreement import agreement_request


class AgreementView(ApiView):
    """Agreement on a query collection."""

    # The page asks for what is missing by itself, for whoever looks at it.
    required_scope = ApiToken.Scope.READ
    token_scope = ApiToken.Scope.RUN

    @extend_schema(parameters=[AgreementFilterSerializer], responses=AgreementSerializer)
    def get(self, request: Request, collection_id: int) -> Response:
        """Show the newest computed report of two graders, or of all where nobody is named.

        The figures are those of the page and of `evalhub rater evaluate`. 404 before one was asked for.
        """
        checked = AgreementFilterSerializer(data=request.query_params)
        asked = self._asked(collection_id, checked)
        fresh = report_fresh(asked)
        if fresh is not None and fresh.figures is not None:
            return Response(_shown(fresh, is_current=True))
        found = report_latest(asked) or fresh
        if found is None:
            raise Http404
        return Response(_shown(found, is_current=found == fresh))

    @extend_schema(
        request=AgreementFilterSerializer, responses={200: AgreementSerializer, 202: AgreementSerializer}
    )
    def post(self, request: Request, collection_id: int) -> Response:
        """Ask for a report: 200 where it is there already, else a worker computes it."""
        asked = self._asked(collection_id, AgreementFilterSerializer(data=request.data))
        report = agreement_request(asked, now=timezone.now())
        address = reverse("api:agreement", [collection_id], request=request)
        status = 202 if report.figures is None else 200
        return Response(_shown(report, is_current=True), status, headers={"Location": address})

    def _asked(self, collection_id: int, checked: AgreementFilterSerializer) -> AgreementAsked:
        collection = self.own(QueryCollection.objects.select_related("workspace"), collection_id)
        checked.is_valid(raise_exception=True)
        given: dict[str, Any] = checked.validated_data
        snapshot = gold_snapshot(collection, given.get("corpus"))
        gold_max = given.get("gold_max")
        if "first" not in given:
            return AgreementAsked(collection, snapshot, gold_max=gold_max)
        first, second = (grader_of(collection, given.get(name, GOLD)) for name in ("first", "second"))
        return agreement_asked(collection, snapshot, first, second, gold_max)


def _shown(report: AgreementReport, *, is_current: bool) -> Any:
    is_pair = bool(report.first)
    return AgreementSerializer(
        {
            "first": report.first,
            "second": report.second,
            "is_current": is_current,
            "job": report.job_id,
            "state": Job.State.DONE if report.figures else report.job.state if report.job else "waiting",
            "computed_at": report.computed_at,
            "report": report.figures if is_pair else None,
            "overview": None if is_pair else report.figures,
        }
    ).data
