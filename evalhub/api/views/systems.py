"""Systems and embedding models."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api import examples
from evalhub.api.base import ApiView, ListView
from evalhub.api.named import find_collection, find_snapshot
from evalhub.api.parsers import WholeMultiPartParser
from evalhub.api.schema import upload_parameters, upload_request
from evalhub.api.serializers.inputs import EmbeddingModelSerializer, SystemSerializer
from evalhub.api.serializers.uploads import RunSerializer
from evalhub.api.uploads import received
from evalhub.models import EmbeddingModel, System
from evalhub.services.known_ids import doc_ids_stored, query_ids_stored
from evalhub.services.runs import run_check
from evalhub.services.systems import system_of_run


class SystemsView(ListView):
    """Systems: complete ways to retrieve."""

    parser_classes = [WholeMultiPartParser]

    @extend_schema(responses=SystemSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List systems, newest first."""
        self.asked()
        rows = System.objects.filter(workspace=self.workspace).select_related("embedding_model")
        return self.page(rows, SystemSerializer)

    @extend_schema(
        operation_id="systems_upload",
        request=upload_request(RunSerializer),
        examples=examples.SYSTEM,
        parameters=upload_parameters(RunSerializer),
        responses={201: SystemSerializer, 200: SystemSerializer},
    )
    def post(self, request: Request) -> Response:
        """Upload ranked lists that were retrieved elsewhere (TREC or JSONL) as a system.

        Their ids are checked against the corpus and the query collection. The same file under the same
        name is the same system: 200.
        """
        with received(request, RunSerializer) as upload:
            fields = upload.fields
            snapshot = find_snapshot(self.workspace, fields["corpus"], fields.get("snapshot"))
            collection = find_collection(self.workspace, fields["collection"], fields.get("version"))
            run_check(upload.source, query_ids_stored(collection), doc_ids_stored(snapshot))
            asked_at = timezone.now()
            system = system_of_run(self.workspace, fields["name"], upload.source)
        address = reverse("api:system", [system.pk], request=request)
        return self.made(SystemSerializer(system), address, is_new=system.created_at >= asked_at)


class SystemView(ApiView):
    """One system."""

    @extend_schema(responses=SystemSerializer)
    def get(self, request: Request, system_id: int) -> Response:
        """Show a system."""
        return Response(SystemSerializer(self.own(System.objects.all(), system_id)).data)


class EmbeddingModelsView(ListView):
    """Embedding models that were used here."""

    @extend_schema(responses=EmbeddingModelSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List embedding models, newest first."""
        self.asked()
        return self.page(EmbeddingModel.objects.filter(workspace=self.workspace), EmbeddingModelSerializer)
