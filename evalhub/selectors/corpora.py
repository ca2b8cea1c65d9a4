"""Corpora as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from evalhub.models import Corpus, Snapshot


@dataclass(frozen=True, slots=True)
class CorpusState:
    """A corpus with its latest ready snapshot, None before the first import."""

    corpus: Corpus
    snapshot: Snapshot | None


def corpora_states(corpora: Sequence[Corpus]) -> list[CorpusState]:
    """The corpora in the order given."""
    ready = Snapshot.objects.filter(state=Snapshot.State.READY)
    newest = ready.filter(corpus=OuterRef("corpus")).order_by("-number").values("pk")[:1]
    found = ready.filter(corpus__in=corpora, pk=Subquery(newest))
    by_corpus = {snapshot.corpus_id: snapshot for snapshot in found}
    return [CorpusState(corpus, by_corpus.get(corpus.pk)) for corpus in corpora]
