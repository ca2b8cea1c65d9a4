"""What workers do, in this process: no message is sent inside a test's transaction, so jobs are looked up."""

from django.utils import timezone

from evalhub.models import Job, WorkUnit
from evalhub.pipeline.advance import advance
from evalhub.pipeline.execute import execute


def work() -> None:
    """Do everything there is to do."""
    while True:
        for key in Job.objects.filter(state__in=["waiting", "running"]).values_list("pk", flat=True):
            advance(key, now=timezone.now())
        free = WorkUnit.objects.filter(state="free", job__state="running")
        units = list(free.values_list("pk", flat=True))
        if not units:
            return
        for unit in units:
            execute(unit)
