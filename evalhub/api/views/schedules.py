"""Schedules: campaigns that start by the clock."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api import examples
from evalhub.api.base import ApiView, ListView
from evalhub.api.references import spec_of_request
from evalhub.api.serializers.schedules import (
    EditScheduleSerializer,
    NewScheduleSerializer,
    ScheduleRunSerializer,
    ScheduleSerializer,
)
from evalhub.models import Campaign
from evalhub.selectors.hooks.schedules import runs_of, schedules_of
from evalhub.services.cron import UnableToSchedule, nightly
from evalhub.services.schedule_runs import schedule_run_now
from evalhub.services.schedules import (
    NewSchedule,
    repeated_spec,
    schedule_create,
    schedule_edit,
    schedule_remove,
)


class SchedulesView(ListView):
    """All schedules."""

    makes_anew = True

    @extend_schema(responses=ScheduleSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List schedules, newest first."""
        self.asked()
        return self.page(schedules_of(self.workspace), ScheduleSerializer)

    @extend_schema(
        request=NewScheduleSerializer, examples=examples.SCHEDULE, responses={201: ScheduleSerializer}
    )
    def post(self, request: Request) -> Response:
        """Schedule a spec, or a campaign to repeat; each time takes the latest corpus and queries."""
        given = self.given(NewScheduleSerializer)
        if "spec" in given:
            spec_of_request(self.workspace, given["spec"])
        else:
            rows = Campaign.objects.select_related("snapshot__corpus", "collection")
            given["spec"] = repeated_spec(self.own(rows, given.pop("campaign")))
        try:
            if "nightly" in given:
                given["cron"] = nightly(given.pop("nightly"))
            made = schedule_create(self.workspace, NewSchedule(**given), user=self.user, now=timezone.now())
        except UnableToSchedule as error:
            raise ValidationError({error.field: error.problem}) from error
        return self.made(ScheduleSerializer(made), reverse("api:schedule", [made.pk], request=request))


class ScheduleView(ApiView):
    """One schedule."""

    @extend_schema(responses=ScheduleSerializer)
    def get(self, request: Request, schedule_id: int) -> Response:
        """Show a schedule and its next three times."""
        return Response(ScheduleSerializer(self.own(schedules_of(self.workspace), schedule_id)).data)

    @extend_schema(request=EditScheduleSerializer, responses=ScheduleSerializer)
    def patch(self, request: Request, schedule_id: int) -> Response:
        """Change a schedule, or pause it by `is_active`; its next time is reckoned anew."""
        schedule = self.own(schedules_of(self.workspace), schedule_id)
        given: dict[str, Any] = self.given(EditScheduleSerializer)
        if "spec" in given:
            spec_of_request(self.workspace, given["spec"])
        try:
            schedule_edit(schedule, given, now=timezone.now())
        except UnableToSchedule as error:
            raise ValidationError({error.field: error.problem}) from error
        return Response(ScheduleSerializer(schedule).data)

    @extend_schema(responses={200: ScheduleSerializer})
    def delete(self, request: Request, schedule_id: int) -> Response:
        """Remove a schedule; its campaigns stay. Answers with what it was."""
        schedule = self.own(schedules_of(self.workspace), schedule_id)
        schedule_remove(schedule, now=timezone.now())
        return Response(ScheduleSerializer(schedule).data)


class ScheduleRunsView(ListView):
    """The times of a schedule."""

    @extend_schema(operation_id="schedule_runs", responses=ScheduleRunSerializer(many=True))
    def get(self, request: Request, schedule_id: int) -> Response:
        """List what came of each time, newest first: a campaign and its alerts, or why there is none."""
        self.asked()
        return self.page(runs_of(self.own(schedules_of(self.workspace), schedule_id)), ScheduleRunSerializer)


class ScheduleNowView(ApiView):
    """A schedule beside its times."""

    makes_anew = True

    @extend_schema(request=None, responses={201: ScheduleRunSerializer})
    def post(self, request: Request, schedule_id: int) -> Response:
        """Start a campaign now; 409 where the one of the time before still runs."""
        run = schedule_run_now(self.own(schedules_of(self.workspace), schedule_id), now=timezone.now())
        return Response(ScheduleRunSerializer(run).data, 201)
