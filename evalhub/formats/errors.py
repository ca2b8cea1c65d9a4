"""The one error every reader raises: where it is, what is wrong, what to do about it."""

from typing import NamedTuple

from evalhub.core.errors import UserError

MOST_SAID = 5_000
"""Characters of a part of an error: a column may have a name of a megabyte."""


def one_line(file: str, line: int | None, field: str | None, problem: str, remedy: str) -> str:
    """Write an error as `FILE:LINE: field "FIELD": PROBLEM. REMEDY`, without the parts that are None."""
    place = file if line is None else f"{file}:{line}"
    named = "" if field is None else f'field "{field}": '
    return f"{place}: {named}{problem}. {remedy}".rstrip()


def sayable(text: str) -> str:
    """Cut what a page could not hold, and put question marks for what it can not be sent."""
    cut = text if len(text) <= MOST_SAID else f"{text[:MOST_SAID]}…"
    return cut.encode(errors="replace").decode().replace("\0", "?")


class InputError(UserError):
    """Input that cannot be read as it is.

    Attributes:
        file: the name the user knows the file by, never a temporary path.
        line: counted from 1 (rows in Parquet); None where the whole file is meant.
        field: the field or column at fault.
        problem: without a full stop.
        remedy: whole sentences.
    """

    def __init__(self, file: str, line: int | None, field: str | None, problem: str, remedy: str) -> None:
        super().__init__(file, line, field, problem, remedy)
        self.file = sayable(file)
        self.line = line
        self.field = None if field is None else sayable(field)
        self.problem = sayable(problem)
        self.remedy = sayable(remedy)

    def __str__(self) -> str:
        return one_line(self.file, self.line, self.field, self.problem, self.remedy)

    def to_dict(self) -> dict[str, str | int | None]:
        """Return the parts as JSON-able values."""
        return {
            "file": self.file,
            "line": self.line,
            "field": self.field,
            "problem": self.problem,
            "remedy": self.remedy,
        }


class Place(NamedTuple):
    """Where the reader stands."""

    file: str
    line: int | None = None

    def error(self, field: str | None, problem: str, remedy: str) -> InputError:
        """Make an error about this place."""
        return InputError(self.file, self.line, field, problem, remedy)
