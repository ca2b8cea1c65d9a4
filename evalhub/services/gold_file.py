"""The gold labels that a file's grades make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from evalhub.core.consensus import Rule, consensus
from evalhub.formats.errors import InputError
from evalhub.formats.grades import GradeRow
from evalhub.formats.said import Unsaid

Grades = dict[tuple[str, str], int]
"""Of (query_id, doc_id)."""


@dataclass(frozen=True, slots=True)
class FileLabel:
    """A label, and how its pair came to be graded where the file says it; "" and None where it does not."""

    grade: int
    selection: str = ""
    inclusion_probability: float | None = None
    graded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GoldFile:
    """What is to be the gold labels of a collection, all of them.

    Attributes:
        name: of the file, "" for none.
        people: rows that name a reviewer.
        n_undecided: pairs without a label since people differ.
    """

    labels: Mapping[tuple[str, str], FileLabel]
    name: str = ""
    people: Sequence[GradeRow] = ()
    n_undecided: int = 0
    rule: Rule = "median"

    @classmethod
    def of(cls, grades: Grades) -> "GoldFile":
        """Labels of which no more is known than the grade."""
        return cls({pair: FileLabel(grade) for pair, grade in grades.items()})

    @property
    def short_name(self) -> str:
        """Without the folders of whoever sent it."""
        return PurePosixPath(self.name.replace("\\", "/")).name[:200]

    @property
    def grades(self) -> Grades:
        """Without what is said beside them."""
        return {pair: label.grade for pair, label in self.labels.items()}


def gold_file(rows: Iterable[GradeRow], name: str, rule: Rule) -> GoldFile:
    """Make labels of rows by a rule, except where the file says itself what is gold.

    Raises:
        InputError: two rows of a pair say different things of its gold grade.
    """
    by_pair: dict[tuple[str, str], list[GradeRow]] = {}
    people = []
    for row in rows:
        by_pair.setdefault((row.query_id, row.doc_id), []).append(row)
        if row.said.reviewer:
            people.append(row)
    labels = {pair: label for pair, said in by_pair.items() if (label := _label(said, name, rule))}
    return GoldFile(labels, name, people, len(by_pair) - len(labels), rule)


def _label(rows: Sequence[GradeRow], file: str, rule: Rule) -> FileLabel | None:
    first = rows[0].said.gold_grade
    for row in rows[1:]:
        if row.said.gold_grade != first:
            raise InputError(
                file,
                row.line,
                "gold_grade",
                f'query "{row.query_id}" and document "{row.doc_id}" have another one on line {rows[0].line}',
                "A pair has one gold grade: give the same in each of its lines, or leave the column out.",
            )
    grade = consensus([row.grade for row in rows], rule) if isinstance(first, Unsaid) else first
    if grade is None:
        return None
    chosen = {(row.said.selection, row.said.inclusion_probability) for row in rows}
    selection, probability = chosen.pop() if len(chosen) == 1 else ("", None)
    times = [row.said.graded_at for row in rows if row.said.graded_at]
    return FileLabel(grade, selection, probability, max(times, default=None))
