"""Who said what of a pair, when, from which screen, and what was overruled and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evalhub.models import HumanGrade, ReviewItem


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person said of a pair, and what became of it.

    Attributes:
        grade: None for "cannot judge".
        word: of an adjudication that overruled it, None where nothing did.
    """

    key: int
    reviewer: str
    grade: int | None
    max_grade: int
    reason: str
    comment: str
    screen: str
    selection: str
    graded_at: datetime
    withdrawn_at: datetime | None
    word: HumanGrade | None

    @property
    def counts(self) -> bool:
        """Whether it is part of what settles the pair."""
        return self.withdrawn_at is None and self.word is None

    def to_dict(self) -> dict[str, Any]:
        """Return what REST shows."""
        word = self.word
        return {
            "id": self.key,
            "reviewer": self.reviewer,
            "grade": self.grade,
            "max_grade": self.max_grade,
            "reason": self.reason,
            "comment": self.comment,
            "screen": self.screen,
            "selection": self.selection,
            "graded_at": self.graded_at,
            "withdrawn_at": self.withdrawn_at,
            "overruled_by": word.pk if word else None,
            "overruled_reason": word.reason if word else "",
        }


def item_history(item: ReviewItem) -> Sequence[Event]:
    """Everything people said of a pair in the review, oldest first."""
    rows = HumanGrade.objects.filter(item=item).select_related("overruled_by").order_by("graded_at", "pk")
    return [
        Event(
            key=row.pk,
            reviewer=row.reviewer_name,
            grade=row.grade,
            max_grade=row.max_grade,
            reason=row.reason,
            comment=row.comment,
            screen=row.screen,
            selection=row.selection,
            graded_at=row.graded_at,
            withdrawn_at=row.withdrawn_at,
            word=row.overruled_by,
        )
        for row in rows
    ]
