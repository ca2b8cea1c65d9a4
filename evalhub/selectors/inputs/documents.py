"""The documents of a snapshot, in pages that are found by key and not by counting."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Length, Substr

from evalhub.models import Corpus, Document, Snapshot
from evalhub.selectors.documents import snapshot_documents

PER_PAGE = 50
SHOWN_CHARACTERS = 200
LAST_CHARACTER = "\U0010ffff"
METADATA_CHARACTERS = 5_000
VERSIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """Documents in the order of doc_id: key, doc_id, heading and shown (the starts of title and text), size.

    `following` is the doc_id after which the next page begins, "" on the last page.
    """

    rows: Sequence[dict[str, Any]]
    prefix: str
    after: str
    following: str


def documents_page(snapshot: Snapshot, *, prefix: str, after: str) -> DocumentsPage:
    """The documents of a snapshot whose doc_id begins with `prefix` and comes after `after`."""
    found = with_prefix(snapshot_documents(snapshot), prefix)
    if after:
        found = found.filter(doc_id__gt=after)
    rows: list[Any] = list(
        found.order_by("doc_id").values(
            "doc_id",
            key=F("pk"),
            heading=Substr("title", 1, SHOWN_CHARACTERS),
            shown=Substr("text", 1, SHOWN_CHARACTERS),
            size=Length("text"),
        )[: PER_PAGE + 1]
    )
    following = rows[PER_PAGE - 1]["doc_id"] if len(rows) > PER_PAGE else ""
    return DocumentsPage(rows[:PER_PAGE], prefix, after, following)


def with_prefix(documents: QuerySet[Document], prefix: str) -> QuerySet[Document]:
    """Those whose doc_id begins so, by the index where the database compares texts by code point."""
    if not prefix:
        return documents
    if connection.vendor == "sqlite":
        # Its LIKE takes capitals for small letters, and uses no index.
        return documents.filter(doc_id__gte=prefix, doc_id__lt=prefix + LAST_CHARACTER)
    return documents.filter(doc_id__startswith=prefix)


@dataclass(frozen=True, slots=True)
class DocumentDetail:
    """What is around a document's text; `versions` are all that the corpus had under its doc_id."""

    document: Document
    metadata: str
    versions: Sequence[Document]


def document_detail(corpus: Corpus, document_id: int) -> DocumentDetail:
    """A document without its text.

    Raises:
        Document.DoesNotExist: the corpus has none of this key.
    """
    rows = Document.objects.filter(corpus=corpus)
    document = rows.only("doc_id", "metadata", "added_in", "removed_in").get(pk=document_id)
    metadata = json.dumps(document.metadata, ensure_ascii=False, indent=1) if document.metadata else ""
    versions = rows.filter(doc_id=document.doc_id).order_by("-added_in").only("added_in", "removed_in")
    if len(metadata) > METADATA_CHARACTERS:
        metadata = metadata[:METADATA_CHARACTERS] + " …"
    return DocumentDetail(document, metadata, list(versions[:VERSIONS_SHOWN]))
