"""Corpora and their snapshots."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from evalhub.models import Campaign, Corpus, Snapshot, Workspace
from evalhub.selectors.corpora import CorpusState, corpora_states

PER_PAGE = 25
CAMPAIGNS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class CorpusLine:
    """A corpus in the list."""

    state: CorpusState
    n_snapshots: int
    n_campaigns: int


@dataclass(frozen=True, slots=True)
class CorpusList:
    """A page of corpora."""

    page: Page[Corpus]
    lines: Sequence[CorpusLine]


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """A snapshot with what is different from the one before it; `previous` is None for the first."""

    snapshot: Snapshot
    previous: int | None

    @property
    def n_added(self) -> int:
        """Documents of new ids."""
        return self.snapshot.n_added - self.snapshot.n_changed

    @property
    def n_removed(self) -> int:
        """Documents that went."""
        return self.snapshot.n_removed - self.snapshot.n_changed


@dataclass(frozen=True, slots=True)
class CorpusDetail:
    """One corpus: a page of its snapshots, newest first, and its newest campaigns."""

    corpus: Corpus
    latest: Snapshot | None
    page: Page[Snapshot]
    lines: Sequence[SnapshotLine]
    campaigns: Sequence[Campaign]
    n_campaigns: int


def corpus_list(workspace: Workspace, page: str | None) -> CorpusList:
    """A page of corpora, newest first."""
    rows = Corpus.objects.filter(workspace=workspace).order_by("-pk")
    found = Paginator(rows, PER_PAGE).get_page(page)
    corpora = list(found.object_list)
    ready = Snapshot.objects.filter(corpus__in=corpora, state=Snapshot.State.READY).values("corpus")
    snapshots = dict(ready.annotate(n=Count("pk")).order_by().values_list("corpus", "n"))
    used = Campaign.objects.filter(snapshot__corpus__in=corpora).values("snapshot__corpus")
    campaigns = dict(used.annotate(n=Count("pk")).order_by().values_list("snapshot__corpus", "n"))
    lines = [
        CorpusLine(state, snapshots.get(state.corpus.pk, 0), campaigns.get(state.corpus.pk, 0))
        for state in corpora_states(corpora)
    ]
    return CorpusList(found, lines)


def corpus_detail(corpus: Corpus, page: str | None) -> CorpusDetail:
    """One corpus."""
    rows = ready_snapshots(corpus).order_by("-number")
    found = Paginator(rows, PER_PAGE).get_page(page)
    campaigns = Campaign.objects.filter(snapshot__corpus=corpus)
    newest = campaigns.select_related("snapshot", "collection").order_by("-created_at")
    return CorpusDetail(
        corpus=corpus,
        latest=rows.first(),
        page=found,
        lines=[SnapshotLine(one, one.number - 1 or None) for one in found.object_list],
        campaigns=list(newest[:CAMPAIGNS_SHOWN]),
        n_campaigns=campaigns.count(),
    )


def ready_snapshots(corpus: Corpus) -> QuerySet[Snapshot]:
    """The snapshots that can be read."""
    return Snapshot.objects.filter(corpus=corpus, state=Snapshot.State.READY)
