"""Query collections and their queries."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api import examples
from evalhub.api.base import ApiView, ListView
from evalhub.api.parsers import WholeMultiPartParser
from evalhub.api.schema import upload_parameters, upload_request
from evalhub.api.serializers.inputs import (
    QueryCollectionSerializer,
    QueryFilterSerializer,
    QuerySerializer,
)
from evalhub.api.serializers.strict import NamedSerializer
from evalhub.api.serializers.uploads import TableSerializer
from evalhub.api.uploads import received
from evalhub.models import QueryCollection
from evalhub.selectors.documents import collection_queries
from evalhub.selectors.inputs.collections import queries_found
from evalhub.services.empty_inputs import collection_ensure
from evalhub.services.queries import queries_import

MADE = {201: QueryCollectionSerializer, 200: QueryCollectionSerializer}


class QueryCollectionsView(ListView):
    """Query collections: what is asked."""

    @extend_schema(responses=QueryCollectionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List query collections, newest first."""
        self.asked()
        rows = QueryCollection.objects.filter(workspace=self.workspace)
        return self.page(rows, QueryCollectionSerializer)

    @extend_schema(request=NamedSerializer, examples=examples.COLLECTION, responses=MADE)
    def post(self, request: Request) -> Response:
        """Make an empty query collection; 200 and the one that is there where the name is taken."""
        collection, is_new = collection_ensure(self.workspace, self.given(NamedSerializer)["name"])
        address = collection_address(collection, request)
        return self.made(QueryCollectionSerializer(collection), address, is_new=is_new)


class QueryCollectionView(ApiView):
    """One query collection."""

    @extend_schema(responses=QueryCollectionSerializer)
    def get(self, request: Request, collection_id: int) -> Response:
        """Show a query collection."""
        return Response(
            QueryCollectionSerializer(self.own(QueryCollection.objects.all(), collection_id)).data
        )


class QueriesView(ListView):
    """The queries of a collection."""

    parser_classes = [WholeMultiPartParser]
    ordering = ("query_id",)
    query_serializer = QueryFilterSerializer

    @extend_schema(
        operation_id="query_collections_queries",
        parameters=[QueryFilterSerializer],
        responses=QuerySerializer(many=True),
    )
    def get(self, request: Request, collection_id: int) -> Response:
        """List the queries of a version; as JSON Lines they are a file that an upload takes."""
        collection = self.own(QueryCollection.objects.all(), collection_id)
        asked = self.asked()
        rows = collection_queries(collection, asked.get("version", collection.version))
        return self.page(queries_found(rows, asked.get("q", "")), QuerySerializer)

    @extend_schema(
        operation_id="query_collections_queries_upload",
        request=upload_request(TableSerializer),
        parameters=upload_parameters(TableSerializer),
        responses=MADE,
    )
    def post(self, request: Request, collection_id: int) -> Response:
        """Upload the queries as they are to be from now on; 200 where nothing changed."""
        before = self.own(QueryCollection.objects.all(), collection_id)
        with received(request, TableSerializer) as upload:
            columns = upload.fields.get("column")
            collection = queries_import(self.workspace, before.name, upload.source, columns=columns)
        is_new = collection.version != before.version
        address = collection_address(collection, request)
        return self.made(QueryCollectionSerializer(collection), address, is_new=is_new)


def collection_address(collection: QueryCollection, request: Request) -> str:
    """Where a query collection is."""
    return reverse("api:query-collection", [collection.pk], request=request)
