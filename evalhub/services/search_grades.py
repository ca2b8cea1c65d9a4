"""What people say of documents in the search box: gold labels of a query collection of the corpus."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from evalhub.core.errors import UserError
from evalhub.models import HumanGrade, QueryCollection, Search, SearchHit
from evalhub.selectors.search_box.labels import GRADES, search_collection_name
from evalhub.services.gold_labels import PairLabel, Seen, gold_set
from evalhub.services.queries import query_add
from evalhub.services.review.following import items_follow


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

    It is kept in the history too, and answers the pair where a campaign's review asks for it.

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
        before = gold_set(collection, label, user=user, now=now, seen=seen)
        _history_add(collection, label, user, now)
        items_follow(collection, (label.query_id, label.doc_id))
    return before


def _history_add(collection: QueryCollection, label: PairLabel, user: User | None, now: datetime) -> None:
    """A person's new word on a pair withdraws the same person's earlier one."""
    by: dict[str, Any] = {"collection": collection, "reviewer": user, "screen": HumanGrade.Screen.SEARCH}
    pair = {"query_id": label.query_id, "doc_id": label.doc_id}
    said = HumanGrade.objects.filter(**by, **pair, withdrawn_at=None)
    if label.grade is not None and said.filter(grade=label.grade).exists():
        return
    said.update(withdrawn_at=now)
    if label.grade is not None:
        HumanGrade.objects.create(
            **by,
            **pair,
            reviewer_name=user.get_username() if user else "",
            grade=label.grade,
            max_grade=max(GRADES),
            selection=label.selection,
            graded_at=now,
        )
