"""Corpora: list, make, look at, upload documents."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api import examples
from evalhub.api.base import ApiView, ListView
from evalhub.api.parsers import WholeMultiPartParser
from evalhub.api.schema import upload_parameters, upload_request
from evalhub.api.serializers.inputs import CorpusSerializer, DocumentFilterSerializer, DocumentSerializer
from evalhub.api.serializers.jobs import JobSerializer
from evalhub.api.serializers.strict import NamedSerializer
from evalhub.api.serializers.uploads import TableSerializer
from evalhub.api.snapshots import snapshot_named
from evalhub.api.uploads import received
from evalhub.models import Corpus
from evalhub.selectors.corpora import corpora_states
from evalhub.selectors.documents import snapshot_documents
from evalhub.selectors.inputs.documents import with_prefix
from evalhub.selectors.progress import job_progress
from evalhub.services.empty_inputs import corpus_ensure
from evalhub.services.uploads import documents_upload


class CorporaView(ListView):
    """Corpora: what is searched."""

    @extend_schema(responses=CorpusSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List corpora, newest first."""
        self.asked()
        rows = Corpus.objects.filter(workspace=self.workspace)
        return self.page(rows, CorpusSerializer, corpora_states)

    @extend_schema(
        request=NamedSerializer,
        examples=examples.CORPUS,
        responses={201: CorpusSerializer, 200: CorpusSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make an empty corpus; 200 and the one that is there where the name is taken."""
        corpus, is_new = corpus_ensure(self.workspace, self.given(NamedSerializer)["name"])
        address = reverse("api:corpus", [corpus.pk], request=request)
        return self.made(CorpusSerializer(corpora_states([corpus])[0]), address, is_new=is_new)


class CorpusView(ApiView):
    """One corpus."""

    @extend_schema(responses=CorpusSerializer)
    def get(self, request: Request, corpus_id: int) -> Response:
        """Show a corpus and its latest snapshot."""
        corpus = self.own(Corpus.objects.all(), corpus_id)
        return Response(CorpusSerializer(corpora_states([corpus])[0]).data)


class DocumentsView(ListView):
    """The documents of a corpus."""

    parser_classes = [WholeMultiPartParser]
    ordering = ("doc_id",)
    query_serializer = DocumentFilterSerializer

    @extend_schema(
        operation_id="corpora_documents",
        parameters=[DocumentFilterSerializer],
        responses=DocumentSerializer(many=True),
    )
    def get(self, request: Request, corpus_id: int) -> Response:
        """List the documents of a snapshot by doc_id; as JSON Lines they are a file that an upload takes."""
        corpus = self.own(Corpus.objects.all(), corpus_id)
        asked = self.asked()
        snapshot = snapshot_named(corpus, asked.get("snapshot"), "snapshot")
        return self.page(
            with_prefix(snapshot_documents(snapshot), asked.get("prefix", "")), DocumentSerializer
        )

    @extend_schema(
        operation_id="corpora_documents_upload",
        request=upload_request(TableSerializer),
        parameters=upload_parameters(TableSerializer),
        responses={202: JobSerializer},
    )
    def post(self, request: Request, corpus_id: int) -> Response:
        """Upload the corpus as it is to be from now on: JSONL, CSV, TSV or Parquet, also packed.

        Documents that are not in the file are no longer in the next snapshot. A file of up to 32 MiB is
        checked at once, a larger one by the job that this answers with.
        """
        corpus = self.own(Corpus.objects.all(), corpus_id)
        with received(request, TableSerializer) as upload:
            columns = upload.fields.get("column")
            job = documents_upload(corpus, upload.source, columns=columns, now=timezone.now())
        body = JobSerializer(job_progress(job.pk, now=timezone.now())).data
        return Response(body, 202, headers={"Location": reverse("api:job", [job.pk], request=request)})
