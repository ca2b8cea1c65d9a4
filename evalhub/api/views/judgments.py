"""Judgments: lists of what raters said, and uploads of what they said elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalhub.api.base import ApiView, ListView
from evalhub.api.named import find_collection, find_snapshot
from evalhub.api.parsers import WholeMultiPartParser
from evalhub.api.schema import upload_parameters, upload_request
from evalhub.api.serializers.judgments import (
    GradeImportSerializer,
    ImportSerializer,
    JudgmentFilterSerializer,
    JudgmentSerializer,
    JudgmentsSerializer,
    JudgmentTableSerializer,
    TableImportSerializer,
)
from evalhub.api.uploads import Upload, received
from evalhub.formats.rated import Scale
from evalhub.models import Workspace
from evalhub.selectors.judgments import judgments_of_workspace, judgments_shown
from evalhub.selectors.rater_versions import find_rater_version, gold_snapshot
from evalhub.services.imported_grades import Imported, Target, grades_import
from evalhub.services.imported_tables import Wanted, table_import


class JudgmentsView(ListView):
    """What raters said of pairs."""

    parser_classes = [WholeMultiPartParser]
    query_serializer = JudgmentFilterSerializer

    @extend_schema(parameters=[JudgmentFilterSerializer], responses=JudgmentSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List judgments, newest first."""
        asked, workspace = self.asked(), self.workspace
        version = find_rater_version(workspace, asked["rater"]) if "rater" in asked else None
        collection = find_collection(workspace, asked["collection"]) if "collection" in asked else None
        snapshot = find_snapshot(workspace, asked["corpus"]) if "corpus" in asked else None
        rows = judgments_of_workspace(workspace, version, collection)
        return self.page(rows, JudgmentSerializer, lambda page: judgments_shown(page, collection, snapshot))

    @extend_schema(
        operation_id="judgments_upload",
        request=upload_request(JudgmentsSerializer),
        parameters=upload_parameters(JudgmentsSerializer),
        responses={201: GradeImportSerializer, 200: GradeImportSerializer},
    )
    def post(self, request: Request) -> Response:
        """Upload the grades that a rater gave elsewhere (JSONL, TREC qrels or BEIR TSV) as a version of it.

        Other grades are the next version; the same grades again are the version that is there: 200.
        """
        with _upload(request, JudgmentsSerializer, self.workspace) as (upload, given):
            done = grades_import(
                upload.fields["rater"],
                upload.source,
                given.target,
                given.scale,
                now=timezone.now(),
                columns=upload.fields.get("column"),
            )
        return Response(GradeImportSerializer(_shown(done)).data, 201 if done.is_new else 200)


class JudgmentTableView(ApiView):
    """A table of raters."""

    parser_classes = [WholeMultiPartParser]

    @extend_schema(
        operation_id="judgments_table_upload",
        request=upload_request(JudgmentTableSerializer),
        parameters=upload_parameters(JudgmentTableSerializer),
        responses={201: TableImportSerializer, 200: TableImportSerializer},
    )
    def post(self, request: Request) -> Response:
        """Upload a table with a column of grades for each rater, person or gold; all columns or none.

        200 where no rater has a new version.
        """
        with _upload(request, JudgmentTableSerializer, self.workspace) as (upload, given):
            fields = upload.fields
            done = table_import(
                upload.source,
                given.target,
                given.scale,
                Wanted(fields.get("columns"), fields.get("people", ()), fields.get("gold", "")),
                now=timezone.now(),
                columns=fields.get("column"),
            )
        shown = {
            "raters": [_shown(one) for one in done.raters],
            "people": [asdict(one) for one in done.people],
            "n_gold": done.gold.n_gold if done.gold else None,
        }
        is_new = any(one.is_new for one in done.raters)
        return Response(TableImportSerializer(shown).data, 201 if is_new else 200)


@dataclass(frozen=True, slots=True)
class _Given:
    target: Target
    scale: Scale


@contextmanager
def _upload(
    request: Request, serializer: type[ImportSerializer], workspace: Workspace
) -> Iterator[tuple[Upload, _Given]]:
    with received(request, serializer) as upload:
        fields = upload.fields
        collection = find_collection(workspace, fields["collection"])
        target = Target(collection, gold_snapshot(collection, fields.get("corpus")))
        yield upload, _Given(target, Scale(fields["max_grade"], fields["clip"]))


def _shown(done: Imported) -> dict[str, Any]:
    made = done.made
    counts = ("n_rows", "n_pairs", "n_clipped", "n_merged", "n_conflicts")
    version = made.rater_version
    return {
        "rater": f"{version.rater.name}@{version.number}",
        "is_new": done.is_new,
        **{name: getattr(made, name) for name in counts},
    }
