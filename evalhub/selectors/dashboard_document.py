"""A document's text in parts, so that one of 5 MB opens at once."""

from dataclasses import dataclass
from math import ceil

from django.db.models.functions import Length, Substr

from evalhub.models import Campaign, Document

PART_CHARACTERS = 20_000
TITLE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A part of a document's text; parts count from 1."""

    key: int
    doc_id: str
    title: str
    text: str
    number: int
    n_parts: int
    n_characters: int


def document_part(campaign: Campaign, document_id: int, number: int) -> DocumentPart:
    """A part of a document of the campaign's corpus; a number beyond the end gives the last part.

    Raises:
        Document.DoesNotExist: the corpus has none of this key.
    """
    return corpus_document_part(campaign.snapshot.corpus_id, document_id, number)


def corpus_document_part(corpus_id: int, document_id: int, number: int) -> DocumentPart:
    """The same of a corpus by its key.

    Raises:
        Document.DoesNotExist: the corpus has none of this key.
    """
    documents = Document.objects.filter(corpus=corpus_id, pk=document_id)
    n_characters = documents.values_list(Length("text"), flat=True).get()
    n_parts = max(1, ceil(n_characters / PART_CHARACTERS))
    number = min(max(number, 1), n_parts)
    start = (number - 1) * PART_CHARACTERS + 1
    doc_id, title, text = documents.values_list(
        "doc_id", Substr("title", 1, TITLE_CHARACTERS), Substr("text", start, PART_CHARACTERS)
    ).get()
    return DocumentPart(document_id, doc_id, title, text, number, n_parts, n_characters)
