"""Rows that an address names, or a page that says there are none."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from evalhub.dashboard.access import workspace_of
from evalhub.models import Corpus, QueryCollection, Rater, RaterVersion, Snapshot
from evalhub.selectors.inputs.corpora import ready_snapshots

Row = TypeVar("Row", bound=Model)


def corpus_or_404(request: HttpRequest, corpus_id: int) -> Corpus:
    """A corpus of the workspace."""
    return _own(request, Corpus.objects.select_related("workspace"), corpus_id)


def collection_or_404(request: HttpRequest, collection_id: int) -> QueryCollection:
    """A query collection of the workspace."""
    return _own(request, QueryCollection.objects.select_related("workspace"), collection_id)


def rater_or_404(request: HttpRequest, rater_id: int) -> Rater:
    """A rater of the workspace."""
    return _own(request, Rater.objects.all(), rater_id)


def version_or_404(request: HttpRequest, rater_id: int, number: int) -> RaterVersion:
    """A version of a rater of the workspace."""
    versions = RaterVersion.objects.filter(workspace=workspace_of(request))
    return get_object_or_404(versions.select_related("rater"), rater=rater_id, number=number)


def snapshot_or_404(corpus: Corpus, number: int | None) -> Snapshot:
    """A snapshot of a corpus that can be read: the one of a number, or the latest."""
    rows = ready_snapshots(corpus).select_related("corpus").order_by("-number")
    found = rows.first() if number is None else rows.filter(number=number).first()
    if found is None:
        which = "no snapshot yet" if number is None else f"no snapshot {number}"
        raise Http404(f'the corpus "{corpus.name}" has {which}')
    return found


def _own(request: HttpRequest, rows: QuerySet[Row], key: int) -> Row:
    return get_object_or_404(rows, workspace=workspace_of(request), pk=key)
