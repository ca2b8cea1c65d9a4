"""One at a time: whatever changes turns or grades of a queue holds its row for a short transaction.

Taking, grading and undoing read before they write. The row's lock makes them wait for each other on
PostgreSQL; on SQLite every transaction is a writer from its start (settings: IMMEDIATE), which does the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from evalhub.models import ReviewItem, ReviewQueue


@contextmanager
def queue_locked(queue_id: int) -> Iterator[ReviewQueue]:
    """A transaction that nobody else of this queue is in."""
    with transaction.atomic():
        rows = ReviewQueue.objects.select_related("campaign__collection").select_for_update(of=("self",))
        yield rows.get(pk=queue_id)


@contextmanager
def item_locked(item: ReviewItem) -> Iterator[ReviewItem]:
    """The same, with a pair of it as it is now."""
    with queue_locked(item.queue_id) as queue:
        found = ReviewItem.objects.select_related("query", "document").get(pk=item.pk)
        found.queue = queue
        yield found
