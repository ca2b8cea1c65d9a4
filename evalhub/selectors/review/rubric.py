"""What the grades of a review are called: by the first rater of the campaign that has the same scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalhub.models import CampaignRater, ReviewQueue
from raters.fields import UnableToResolveRater
from raters.spec import RaterSpec
from raters.template import UnableToReadPrompt


@dataclass(frozen=True, slots=True)
class Offered:
    """A grade with its name and meaning, both "" where no rater of the campaign says them."""

    value: int
    name: str = ""
    meaning: str = ""

    @property
    def title(self) -> str:
        """What a button says."""
        return self.name or f"grade {self.value}"


def offered_grades(queue: ReviewQueue, raters: Sequence[CampaignRater]) -> list[Offered]:
    """The grades that reviewers are offered, from 0; `raters` are the campaign's, with their versions."""
    for row in raters:
        if row.rater_version.max_grade != queue.max_grade:
            continue
        try:
            grades = RaterSpec.from_dict(row.rater_version.spec).rubric.grades
        except (UnableToResolveRater, UnableToReadPrompt):
            continue  # a rater without a rubric, whose grades came from a file
        return [Offered(grade.value, grade.name, grade.meaning) for grade in grades]
    return [Offered(value) for value in range(queue.max_grade + 1)]
