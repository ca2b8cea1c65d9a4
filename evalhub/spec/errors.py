"""All that is wrong with a spec, at once."""

from dataclasses import asdict, dataclass

from evalhub.core.errors import UserError
from evalhub.formats.errors import one_line

SPEC = "SPEC"
"""What a fault calls its file where the spec is known by no other name."""


@dataclass(frozen=True, slots=True)
class SpecProblem:
    """One thing that is wrong.

    Attributes:
        line: counted from 1; None where the spec did not come as YAML text.
        field: the path of the field, as in `systems[0].index.dtype`; None for the whole spec.
        problem: without a full stop.
        remedy: whole sentences.
    """

    file: str
    line: int | None
    field: str | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        return one_line(self.file, self.line, self.field, self.problem, self.remedy)

    def to_dict(self) -> dict[str, str | int | None]:
        """Return the parts as JSON-able values."""
        return asdict(self)


class SpecError(UserError):
    """A spec that cannot be run as it is; `errors` holds every problem, in the order of the lines."""

    def __init__(self, errors: list[SpecProblem]) -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.errors)
