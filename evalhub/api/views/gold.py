"""Gold labels: lists, uploads, files, versions, conflicts."""

from typing import Any, ClassVar

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api import examples
from evalhub.api.base import ApiView, ListView
from evalhub.api.named import find_collection, find_snapshot
from evalhub.api.parsers import WholeMultiPartParser
from evalhub.api.schema import upload_parameters, upload_request
from evalhub.api.serializers.gold import (
    ConflictFilterSerializer,
    ConflictReportSerializer,
    GoldFileSerializer,
    GoldFilterSerializer,
    GoldLabelSerializer,
    GoldVersionsSerializer,
)
from evalhub.api.serializers.inputs import QueryCollectionSerializer
from evalhub.api.serializers.strict import StrictSerializer
from evalhub.api.serializers.uploads import GoldSerializer
from evalhub.api.uploads import received
from evalhub.api.views.queries import MADE, collection_address
from evalhub.formats.gold_writer import SUFFIXES
from evalhub.models import GoldLabel, QueryCollection
from evalhub.selectors.documents import alive_in
from evalhub.selectors.gold.conflicts import gold_conflicts
from evalhub.selectors.gold.exports import gold_version_of
from evalhub.selectors.gold.versions import gold_versions
from evalhub.services.gold import Replacing, gold_import
from evalhub.services.gold_export import gold_spool

COLLECTIONS = QueryCollection.objects.all()
CONFLICTS_SHOWN = 500
VERSIONS_SHOWN = 100
TEXT, LINES = "text/plain", "application/x-ndjson"


class GoldLabelsView(ListView):
    """Gold labels: people's grades."""

    parser_classes = [WholeMultiPartParser]
    query_serializer = GoldFilterSerializer

    @extend_schema(parameters=[GoldFilterSerializer], responses=GoldLabelSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List gold labels, newest first; files of them are at query-collections/{id}/gold-labels."""
        asked = self.asked()
        rows = GoldLabel.objects.filter(collection__workspace=self.workspace)
        if "collection" in asked:
            collection = find_collection(self.workspace, asked["collection"])
            rows = rows.filter(collection=collection)
        if "version" in asked:
            rows = rows.filter(alive_in(gold_version_of(collection, asked["version"])))
        else:
            rows = rows.filter(removed_in=None)
        return self.page(rows.select_related("collection", "graded_by"), GoldLabelSerializer)

    @extend_schema(
        operation_id="gold_labels_upload",
        request=upload_request(GoldSerializer),
        examples=examples.GOLD,
        parameters=upload_parameters(GoldSerializer),
        responses=MADE,
    )
    def post(self, request: Request) -> Response:
        """Upload the grades of a collection as they are to be from now on; 200 where nothing changed.

        JSON Lines and tables may name the reviewer of each row, and give several rows to a pair. 409 where
        the file would overrule grades given in review and was not told to.
        """
        with received(request, GoldSerializer) as upload:
            fields = upload.fields
            before = find_collection(self.workspace, fields["collection"], fields.get("version"))
            corpus, number = fields.get("corpus"), fields.get("snapshot")
            snapshot = find_snapshot(self.workspace, corpus, number) if corpus else None
            replacing = Replacing(self.user, fields["consensus"], fields["overrule"])
            collection = gold_import(
                before, upload.source, snapshot=snapshot, columns=fields.get("column"), replacing=replacing
            )
        is_new = collection.gold_version != before.gold_version
        address = collection_address(collection, request)
        return self.made(QueryCollectionSerializer(collection), address, is_new=is_new)


class OfCollectionView(ApiView):
    """Something about the gold labels of one collection."""

    query_serializer: ClassVar[type[StrictSerializer]]

    def asked(self) -> dict[str, Any]:
        """The parameters of the address.

        Raises:
            ValidationError: one is unknown or not acceptable.
        """
        checked = self.query_serializer(data=self.request.query_params)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)


class GoldFileView(OfCollectionView):
    """Gold labels as a file that an import takes back."""

    query_serializer = GoldFileSerializer

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Take any Accept: the format is asked for by name."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="gold_labels_file",
        parameters=[GoldFileSerializer],
        responses={(200, TEXT): OpenApiTypes.STR, (200, LINES): OpenApiTypes.STR},
    )
    def get(self, request: Request, collection_id: int) -> FileResponse:
        """Download the gold labels of a version as TREC qrels, BEIR TSV or JSON Lines."""
        collection, asked = self.own(COLLECTIONS, collection_id), self.asked()
        form = asked["file_format"]
        file = gold_spool(collection, form, version=asked.get("version"), people=asked["people"])
        kind = LINES if form == "jsonl" else TEXT
        return FileResponse(
            file,
            as_attachment=True,
            filename=f"gold.{SUFFIXES[form]}",
            content_type=f"{kind}; charset=utf-8",
        )


class GoldVersionsView(ApiView):
    """The versions of a collection's gold labels."""

    @extend_schema(operation_id="gold_versions", responses=GoldVersionsSerializer)
    def get(self, request: Request, collection_id: int) -> Response:
        """List the newest versions: when, by whom, how many labels changed; at most 100."""
        found = gold_versions(self.own(COLLECTIONS, collection_id), VERSIONS_SHOWN)
        return Response(GoldVersionsSerializer({"results": found}).data)


class GoldConflictsView(OfCollectionView):
    """Where people, gold labels and equal texts contradict each other."""

    query_serializer = ConflictFilterSerializer

    @extend_schema(
        operation_id="gold_conflicts",
        parameters=[ConflictFilterSerializer],
        responses=ConflictReportSerializer,
    )
    def get(self, request: Request, collection_id: int) -> Response:
        """Report conflicts, at most 500 at a time."""
        collection, asked = self.own(COLLECTIONS, collection_id), self.asked()
        report = gold_conflicts(collection, asked.get("corpus"))
        return Response(report.to_dict(asked["offset"], CONFLICTS_SHOWN))
