"""Heal searches that a lost message or a dead worker left, and forget old ones."""

from datetime import datetime, timedelta

from django.db.models import Q

from evalhub.dispatch import enqueue_search
from evalhub.models import Search, Workspace
from evalhub.pipeline.search_box import LEASE
from evalhub.services.worker import is_dead_here

KEPT = 500  # searches of a workspace
DELETED_AT_ONCE = 200
MAX_ATTEMPTS = 3
LOST_AFTER = timedelta(seconds=30)
# Nobody waits longer; every sweep until then sends the message again.
GIVEN_UP_AFTER = timedelta(minutes=10)
NO_WORKER = (
    "no worker of the queue `search` took it within 10 minutes: `evalhub up` runs one; where the processes "
    "are your own, start `celery -A evalhub.celery worker -I evalhub.search_tasks -Q search --pool solo`"
)


def sweep_searches(*, now: datetime) -> None:
    """Free what a dead worker held, send lost messages again, give up what nobody took, delete the oldest."""
    _free(now)
    waiting = Search.objects.filter(state=Search.State.WAITING)
    nobody = waiting.filter(asked_at__lt=now - GIVEN_UP_AFTER)
    # What a dead worker held until its lease ran out was not refused by the others: they have their time too.
    nobody.exclude(started_at__gte=now - LEASE - GIVEN_UP_AFTER).update(
        state=Search.State.FAILED, error=NO_WORKER, finished_at=now
    )
    for search_id in waiting.filter(asked_at__lt=now - LOST_AFTER).values_list("pk", flat=True):
        enqueue_search(search_id)
    for workspace in Workspace.objects.all():
        newest = Search.objects.filter(workspace=workspace).order_by("-asked_at", "-pk")
        old = list(newest.values_list("pk", flat=True)[KEPT : KEPT + DELETED_AT_ONCE])
        Search.objects.filter(pk__in=old).delete()


def _free(now: datetime) -> None:
    running = Search.objects.filter(state=Search.State.RUNNING)
    dead = [name for name in running.values_list("worker", flat=True).distinct() if is_dead_here(name)]
    gone = running.filter(Q(lease_until__lt=now) | Q(worker__in=dead))
    gone.filter(attempt__gte=MAX_ATTEMPTS).update(
        state=Search.State.FAILED,
        finished_at=now,
        error=f"its worker died {MAX_ATTEMPTS} times; see its log (out of memory?), then try again",
    )
    for search_id in list(gone.values_list("pk", flat=True)):
        if gone.filter(pk=search_id).update(state=Search.State.WAITING, is_loading=False, lease_until=None):
            enqueue_search(search_id)
