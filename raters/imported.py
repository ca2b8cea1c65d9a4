"""A rater that graded elsewhere: a name, a scale, and a digest of the grades; nobody can be asked."""

from raters.fields import UnableToResolveRater
from raters.rubric import MAX_GRADES
from raters.spec import RaterSpec

_BODY = """---
Graded elsewhere; nobody is asked.
{grades}
<query>{query}</query>
<need>{need}</need>
<document>
{title}
{text}
</document>
Which grade fits the document?
"""


def imported_spec(name: str, max_grade: int, revision: str) -> RaterSpec:
    """Describe a rater by the grades it gave.

    Args:
        name: as campaigns and reports call it.
        max_grade: G of its scale 0..G.
        revision: a digest of its grades: other grades are another version.

    Raises:
        UnableToResolveRater: a scale that is too short or too long.
    """
    if not 1 <= max_grade < MAX_GRADES:
        raise UnableToResolveRater(
            "max_grade", f"{max_grade}; give the best grade, from 1 to {MAX_GRADES - 1}"
        )
    return RaterSpec(
        name=name,
        kind="imported",
        model="",
        prompt=_scale(max_grade) + _BODY,
        max_document_tokens=1,
        decoding={},
        revision=revision,
    )


def _scale(max_grade: int) -> str:
    """The front matter of a rubric whose words nobody knows here."""
    lines = [f"grade {grade}: {grade} | {_meaning(grade, max_grade)}" for grade in range(max_grade + 1)]
    return "\n".join(["name: imported", *lines, ""])


def _meaning(grade: int, max_grade: int) -> str:
    return {0: "the worst grade", max_grade: "the best grade"}.get(grade, f"{grade} of {max_grade}")
