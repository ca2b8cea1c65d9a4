"""Ask systems from the search box."""

from datetime import datetime

from django.db import transaction

from evalhub.core.digest import content_digest
from evalhub.core.errors import UserError
from evalhub.dispatch import enqueue_search
from evalhub.models import Search, Snapshot, System, Workspace
from evalhub.selectors.search_box.choices import has_index

MOST_CHARACTERS = 10_000
MOST_DEPTH = 50


class UnableToSearch(UserError):
    """The system cannot search this corpus."""


def search_ask(
    workspace: Workspace, snapshot: Snapshot, system: System, text: str, depth: int, *, now: datetime
) -> Search:
    """The search of this content, asked now if nobody did; one that failed is tried again.

    Raises:
        UnableToSearch: the system has no index over this snapshot.
    """
    if not has_index(snapshot, system):
        raise UnableToSearch(
            f'"{system.name}" has no index over {snapshot.corpus.name} #{snapshot.number} yet: start a '
            "campaign over this corpus with this system, which builds it"
        )
    key = content_digest(["search", snapshot.pk, system.digest, text, depth])
    asked = {"snapshot": snapshot, "system": system, "text": text, "depth": depth, "asked_at": now}
    with transaction.atomic():
        search, is_new = Search.objects.get_or_create(workspace=workspace, key=key, defaults=asked)
        if not is_new:
            mine = Search.objects.filter(pk=search.pk)
            mine.filter(state=Search.State.FAILED).update(state=Search.State.WAITING, attempt=0, error="")
            # What is answered from the database loads nothing now.
            mine.update(asked_at=now, load_s=None)
            search.refresh_from_db()
        if search.state == Search.State.WAITING:
            enqueue_search(search.pk)
    return search
