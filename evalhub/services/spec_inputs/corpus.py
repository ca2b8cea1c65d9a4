"""The corpus a spec names: read and checked on entering, stored when all else was found good."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from evalhub import conf
from evalhub.formats.source import Source
from evalhub.formats.staging import stage_documents
from evalhub.models import Corpus, Snapshot, Workspace
from evalhub.selectors.documents import snapshot_mean_chars
from evalhub.selectors.inputs.corpora import ready_snapshots
from evalhub.services.known_ids import KnownIds, doc_ids_staged, doc_ids_stored
from evalhub.services.snapshots import Clock, Tell, snapshot_latest, snapshot_store
from evalhub.services.spec_inputs.problems import problem, unknown
from evalhub.spec.campaign import CampaignSpec, CorpusSpec


@dataclass(frozen=True, slots=True)
class CheckedCorpus:
    """Documents that may become a snapshot; `store` makes them one, or finds the one they are.

    `snapshot` is there where nothing is to be imported.
    """

    name: str
    n_documents: int
    doc_ids: KnownIds
    mean_chars: Callable[[], float]
    store: Callable[[], Snapshot]
    snapshot: Snapshot | None = None


@contextmanager
def checked_corpus(
    workspace: Workspace, spec: CampaignSpec, clock: Clock, tell: Tell
) -> Iterator[CheckedCorpus]:
    """The corpus of a spec; nothing is written but by its `store`, within the context.

    Raises:
        InputError: the file it names is not acceptable.
        SpecError: there is no such corpus, or it is smaller than what is asked of it.
    """
    name = spec.corpus.name
    if not spec.corpus.path:
        snapshot = _known(workspace, spec.corpus)
        ids, mean = doc_ids_stored(snapshot), partial(snapshot_mean_chars, snapshot)
        corpus = CheckedCorpus(name, snapshot.n_documents, ids, mean, lambda: snapshot, snapshot)
        _check_sizes(spec, corpus)
        yield corpus
        return
    source = Source.at(Path(spec.corpus.path))
    reading = partial(tell, "reading", n_total=None)
    with stage_documents(source, conf.uploads_folder(), tell=reading) as staged:
        store = partial(snapshot_store, workspace, name, source, staged, clock=clock, tell=tell)
        ids = doc_ids_staged(name, staged)
        corpus = CheckedCorpus(name, staged.count, ids, staged.mean_chars, store)
        _check_sizes(spec, corpus)
        yield corpus


def _known(workspace: Workspace, spec: CorpusSpec) -> Snapshot:
    corpora = Corpus.objects.filter(workspace=workspace)
    corpus = corpora.filter(name=spec.name).first()
    if corpus is None:
        raise unknown("corpus.name", "corpus", spec.name, [c.name for c in corpora[:10]])
    if spec.snapshot is not None:
        return _numbered(corpus, spec.snapshot)
    snapshot = snapshot_latest(corpus)
    if snapshot is None:
        raise problem("corpus.name", f'"{corpus.name}" has no documents yet; import some first')
    return snapshot


def _numbered(corpus: Corpus, number: int) -> Snapshot:
    """The snapshot of a number; one that is still being imported is not there yet."""
    found = ready_snapshots(corpus).filter(number=number).first()
    if found is None:
        latest = snapshot_latest(corpus)
        there = f"the newest is {latest.number}" if latest else "it has no documents yet"
        raise problem("corpus.snapshot", f'"{corpus.name}" has no snapshot {number}; {there}')
    return found


def _check_sizes(spec: CampaignSpec, corpus: CheckedCorpus) -> None:
    for field, value in (("cutoff", spec.cutoff), ("depth", spec.depth)):
        if value > corpus.n_documents:
            has = f'the corpus "{corpus.name}" has {corpus.n_documents:,} documents'
            raise problem(field, f"{value:,}, but {has}; set it to {corpus.n_documents} or less")
