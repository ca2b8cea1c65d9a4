"""Corpora and query collections by name, before anything is imported into them."""

from evalhub.models import Corpus, QueryCollection, Workspace


def corpus_ensure(workspace: Workspace, name: str) -> tuple[Corpus, bool]:
    """The corpus of this name, and whether it was made now."""
    return Corpus.objects.get_or_create(workspace=workspace, name=name)


def collection_ensure(workspace: Workspace, name: str) -> tuple[QueryCollection, bool]:
    """The query collection of this name, and whether it was made now."""
    return QueryCollection.objects.get_or_create(workspace=workspace, name=name)
