"""Find what a command names."""

import difflib

from evalhub.cli.local import UnableToFind
from evalhub.models import Campaign, Corpus, QueryCollection, Snapshot
from evalhub.services.snapshots import snapshot_latest
from evalhub.services.workspaces import workspace_default


def find_collection(name: str) -> QueryCollection:
    """A query collection by name.

    Raises:
        UnableToFind: there is none.
    """
    collections = QueryCollection.objects.filter(workspace=workspace_default())
    found = collections.filter(name=name).first()
    if found is None:
        names = list(collections.values_list("name", flat=True))
        nearest = difflib.get_close_matches(name, names, n=1) or names[:5]
        offered = f"there are: {', '.join(nearest)}" if nearest else "there are none yet"
        raise UnableToFind(f'no query collection "{name}"; {offered}. Add one with: evalhub queries add')
    return found


def find_campaign(campaign_id: int) -> Campaign:
    """A campaign by id.

    Raises:
        UnableToFind: there is none.
    """
    found = Campaign.objects.filter(pk=campaign_id, workspace=workspace_default()).first()
    if found is None:
        raise UnableToFind(f"no campaign {campaign_id}; see: evalhub campaign list")
    return found


def find_snapshot(name: str) -> Snapshot:
    """The latest snapshot of a corpus by its name.

    Raises:
        UnableToFind: there is none, or nothing in it.
    """
    corpora = Corpus.objects.filter(workspace=workspace_default())
    found = corpora.filter(name=name).first()
    if found is None:
        names = list(corpora.values_list("name", flat=True))
        nearest = difflib.get_close_matches(name, names, n=1) or names[:5]
        offered = f"there are: {', '.join(nearest)}" if nearest else "there are none yet"
        raise UnableToFind(f'no corpus "{name}"; {offered}. Add one with: evalhub corpus add')
    snapshot = snapshot_latest(found)
    if snapshot is None:
        raise UnableToFind(
            f'the corpus "{name}" has no documents yet; add some: evalhub corpus add {name} PATH'
        )
    return snapshot
