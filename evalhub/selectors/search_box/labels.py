"""What people said of hits in the search box."""

from collections.abc import Iterable

from evalhub.core.digest import text_digest
from evalhub.models import Corpus, GoldLabel, Search

# Those of the shipped rubric, graded-relevance: raters that use it can be held against these labels.
GRADES = {0: "irrelevant", 1: "related", 2: "useful", 3: "perfect"}
NAME_LENGTH = 200


def search_collection_name(corpus: Corpus) -> str:
    """The query collection that holds what was asked of a corpus and graded in the search box."""
    name = f"search box: {corpus.name}"
    return name if len(name) <= NAME_LENGTH else f"search box: corpus {corpus.pk}"


def asked_query_id(text: str) -> str:
    """The query_id of a text that came without one."""
    return f"asked-{text_digest(text)[:12]}"


def search_labels(search: Search, doc_ids: Iterable[str]) -> dict[str, GoldLabel]:
    """The current labels of a search's text, by doc_id."""
    rows = GoldLabel.objects.filter(
        collection__workspace=search.workspace_id,
        collection__name=search_collection_name(search.snapshot.corpus),
        query_id=asked_query_id(search.text),
        doc_id__in=set(doc_ids),
        removed_in=None,
    )
    return {label.doc_id: label for label in rows.select_related("graded_by")}
