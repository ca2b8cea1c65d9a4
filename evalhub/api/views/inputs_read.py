"""What corpora and query collections hold: snapshots, documents, differences, versions."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.asked import AskedView, after_of
from evalhub.api.base import ApiView, ListView
from evalhub.api.faults import request_error
from evalhub.api.serializers.inputs_read import (
    CollectionSummarySerializer,
    DifferenceFilterSerializer,
    DifferencesSerializer,
    DocumentDetailSerializer,
    SnapshotLineSerializer,
)
from evalhub.api.snapshots import snapshot_named
from evalhub.models import Corpus, Document, QueryCollection
from evalhub.selectors.inputs.collections import collection_detail
from evalhub.selectors.inputs.corpora import ready_snapshots
from evalhub.selectors.inputs.differences import differences_page
from evalhub.selectors.inputs.documents import document_detail


class SnapshotsView(ListView):
    """The snapshots of a corpus."""

    ordering = ("-number",)

    @extend_schema(responses=SnapshotLineSerializer(many=True))
    def get(self, request: Request, corpus_id: int) -> Response:
        """List the snapshots of a corpus, newest first."""
        corpus = self.own(Corpus.objects.all(), corpus_id)
        self.asked()
        return self.page(ready_snapshots(corpus), SnapshotLineSerializer)


class DocumentView(ApiView):
    """One document."""

    @extend_schema(responses=DocumentDetailSerializer)
    def get(self, request: Request, corpus_id: int, document_id: int) -> Response:
        """Show a document with its whole text, and all contents that the corpus had under its doc_id."""
        corpus = self.own(Corpus.objects.all(), corpus_id)
        try:
            detail = document_detail(corpus, document_id)
        except Document.DoesNotExist as error:
            raise Http404 from error
        document = Document.objects.get(pk=document_id)
        document.versions = detail.versions  # type: ignore[attr-defined]  # for the serializer
        return Response(DocumentDetailSerializer(document).data)


class DifferencesView(AskedView):
    """Two snapshots of a corpus."""

    @extend_schema(
        operation_id="corpora_differences",
        parameters=[DifferenceFilterSerializer],
        responses=DifferencesSerializer,
    )
    def get(self, request: Request, corpus_id: int) -> Response:
        """List the documents that came, went or changed from a snapshot to a later one, by doc_id."""
        corpus = self.own(Corpus.objects.all(), corpus_id)
        asked = self.parameters(DifferenceFilterSerializer)
        after = after_of(asked.get("cursor", ""))
        last = snapshot_named(corpus, asked.get("to"), "to")
        earlier = asked.get("from", last.number - 1)
        if earlier < 1:
            raise request_error("to", "the first snapshot has nothing before it", "Name a later one.")
        pair = (snapshot_named(corpus, earlier, "from"), last)
        old, new = sorted(pair, key=lambda one: one.number)
        page = differences_page(old, new, after=after)
        shown: dict[str, Any] = {
            "old": old.number,
            "new": new.number,
            "next": self.following(page.following),
            "previous": None,
            "results": page.rows,
        }
        return Response(DifferencesSerializer(shown).data)


class CollectionSummaryView(ApiView):
    """What a query collection holds."""

    @extend_schema(responses=CollectionSummarySerializer)
    def get(self, request: Request, collection_id: int) -> Response:
        """Show the versions of the queries, how long they are, their tags, and gold labels by grade."""
        detail = collection_detail(self.own(QueryCollection.objects.all(), collection_id), {})
        shown: dict[str, Any] = {
            "versions": detail.versions,
            "grades": [{"grade": grade, "n_labels": n} for grade, n in detail.grades],
            "tags": [{"tag": tag, "n_queries": n} for tag, n in detail.tags],
            "lengths": detail.lengths,
            "n_read": detail.n_read,
        }
        return Response(CollectionSummarySerializer(shown).data)
