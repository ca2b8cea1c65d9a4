"""Query collections with what there is to compare in each."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from evalhub.models import Campaign, GradeImport, HumanGrade, QueryCollection, Workspace

PER_PAGE = 50


def collections_graded(workspace: Workspace, page: str | None) -> Page[Any]:
    """Collections, newest first, each with `n_campaigns`, `n_imports` and `n_statements` of people."""
    rows = QueryCollection.objects.filter(workspace=workspace, n_queries__gt=0)
    counted = rows.annotate(
        n_campaigns=_count(Campaign), n_imports=_count(GradeImport), n_statements=_count(HumanGrade)
    )
    return Paginator(counted.order_by("-pk"), PER_PAGE).get_page(page)


def _count(model: Any) -> Coalesce:
    """Rows of a model that belong to the collection."""
    rows = model.objects.filter(collection=OuterRef("pk")).order_by().values("collection")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)
