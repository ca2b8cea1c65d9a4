"""What there is to choose from: corpora, query collections, systems, raters, keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalhub.models import Corpus, ProviderKey, QueryCollection, Rater, System, Workspace
from evalhub.selectors.corpora import CorpusState, corpora_states
from evalhub.selectors.raters import RaterState, raters_states

# Of each kind, the newest: a list that nobody reads to its end is no choice.
LISTED = 200


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen, the newest first, and always what is chosen already."""

    corpora: Sequence[CorpusState]
    collections: Sequence[QueryCollection]
    systems: Sequence[System]
    raters: Sequence[RaterState]
    keys: Sequence[str]


def choices(workspace: Workspace, *, corpus: str, queries: str, systems: Sequence[int]) -> Choices:
    """The choices of a workspace, with the named corpus, collection and systems whatever their age."""
    here = {"workspace": workspace}
    corpora = list(Corpus.objects.filter(**here).order_by("-pk")[:LISTED])
    if corpus and corpus not in {row.name for row in corpora}:
        corpora += Corpus.objects.filter(**here, name=corpus)
    filled = QueryCollection.objects.filter(**here, n_queries__gt=0)
    collections = list(filled.order_by("-pk")[:LISTED])
    if queries and queries not in {row.name for row in collections}:
        collections += filled.filter(name=queries)
    return Choices(
        corpora=[state for state in corpora_states(corpora) if state.snapshot],
        collections=collections,
        systems=_systems(workspace, systems),
        raters=raters_states(list(Rater.objects.filter(**here).order_by("-pk")[:LISTED])),
        keys=list(ProviderKey.objects.filter(**here).order_by("name").values_list("name", flat=True)),
    )


def systems_named(workspace: Workspace, keys: Sequence[int]) -> dict[int, System]:
    """Systems by key; keys of none, or of another workspace, are left out."""
    rows = System.objects.filter(workspace=workspace, pk__in=keys).select_related("embedding_model")
    return {row.pk: row for row in rows}


def _systems(workspace: Workspace, wanted: Sequence[int]) -> list[System]:
    """Runs that were retrieved elsewhere, and what else is wanted: indexes are described anew."""
    rows = System.objects.filter(workspace=workspace).select_related("embedding_model")
    listed = list(rows.filter(kind=System.Kind.RUN).order_by("-pk")[:LISTED])
    there = {row.pk for row in listed}
    more = [key for key in wanted if key not in there]
    return [*listed, *(rows.filter(pk__in=more).order_by("-pk") if more else [])]
