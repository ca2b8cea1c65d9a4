"""Jobs."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.base import ApiView
from evalhub.api.serializers.jobs import JobSerializer
from evalhub.api.waiting import WaitSerializer, awaited
from evalhub.models import Job
from evalhub.selectors.progress import job_progress


class JobView(ApiView):
    """One job."""

    @extend_schema(parameters=[WaitSerializer], responses=JobSerializer)
    def get(self, request: Request, job_id: int) -> Response:
        """Show how far a job is, now or as soon as it is not as seen."""
        job = self.own(Job.objects.all(), job_id)
        asked = self.parameters(WaitSerializer)
        return awaited(lambda: dict(JobSerializer(job_progress(job.pk, now=timezone.now())).data), asked)
