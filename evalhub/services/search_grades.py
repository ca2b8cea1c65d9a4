"""What people say of documents in the search box: gold labels of a query collection of the corpus."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from evalhub.core.errors import UserError
from evalhub.models import QueryCollection, Search, SearchHit
from evalhub.selectors.search_box.labels import GRADES, search_collection_name
from evalhub.services.gold_labels import PairLabel, Seen, gold_set
from evalhub.services.queries import query_add


class UnableToGrade(UserError):
    """There is no such grade, or no such hit."""


def search_grade(
    search: Search,
    document_id: int,
    grade: int | None,
    *,
    user: User | None,
    now: datetime,
    seen: Seen | None = None,
) -> int | None:
    """Store a person's grade of a hit as gold, None taking it back; the query joins the collection.

    Returns:
        The grade before, None where there was none.

    Raises:
        GradedMeanwhile: somebody else graded it after it was `seen`.
        UnableToGrade: the grade is not offered, or the search found no such document.
    """
    if grade is not None and grade not in GRADES:
        raise UnableToGrade(f"grade {grade} is not offered; choose one of {', '.join(map(str, GRADES))}")
    hit = SearchHit.objects.filter(search=search, document=document_id).select_related("document").first()
    if hit is None:
        raise UnableToGrade(f"search {search.pk} found no document {document_id}; search again")
    name = search_collection_name(search.snapshot.corpus)
    with transaction.atomic():
        collection, _ = QueryCollection.objects.get_or_create(workspace_id=search.workspace_id, name=name)
        label = PairLabel(query_add(collection, search.text), hit.document.doc_id, grade)
        return gold_set(collection, label, user=user, now=now, seen=seen)
