"""Jobs."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.base import ApiView
from evalhub.api.serializers.jobs import JobSerializer
from evalhub.models import Job
from evalhub.selectors.progress import job_progress


class JobView(ApiView):
    """One job."""

    @extend_schema(responses=JobSerializer)
    def get(self, request: Request, job_id: int) -> Response:
        """Show how far a job is."""
        job = self.own(Job.objects.all(), job_id)
        return Response(JobSerializer(job_progress(job.pk, now=timezone.now())).data)
