"""A file of rater entries: one entry, or `raters` with several, such as a spec has."""

from pathlib import Path

from pydantic import Field, ValidationError

from evalhub.spec.errors import SPEC, SpecError, SpecProblem
from evalhub.spec.explain import explain
from evalhub.spec.load import problems, read_file, without_nulls
from evalhub.spec.parts import Part
from evalhub.spec.paths import resolve_paths
from evalhub.spec.raters import RaterSpec
from evalhub.spec.yaml_text import YamlError, YamlText, read_yaml

_BEGIN = "Write a rater: its name, kind, model and prompt; or several under raters."


class _Raters(Part):
    """The part of a spec that is read."""

    raters: list[RaterSpec] = Field(min_length=1)


def load_raters(path: Path) -> list[RaterSpec]:
    """Read a file; its paths come out absolute.

    Raises:
        SpecError: every problem, with its line.
    """
    try:
        read = read_yaml(read_file(path))
    except YamlError as error:
        problem = SpecProblem(str(path), error.line, None, error.problem, error.remedy)
        raise SpecError([problem]) from error
    return _parse(read, str(path), path.absolute().parent)


def parse_raters(mapping: object) -> list[RaterSpec]:
    """Read a rater entry from plain data, whose sender may not name files.

    Raises:
        SpecError: every problem.
    """
    return _parse(YamlText(mapping), SPEC, None)


def _parse(read: YamlText, file: str, base_dir: Path | None) -> list[RaterSpec]:
    data = without_nulls(read.data)
    if not isinstance(data, dict):
        raise SpecError([SpecProblem(file, None, None, "not a mapping of keys to values", _BEGIN)])
    lines = read.lines
    if "raters" not in data:
        data, start = {"raters": [data]}, ("raters", 0)
        lines = {(*start, *place): line for place, line in read.lines.items()}
    wanted, findings = resolve_paths({"raters": data["raters"]}, base_dir)
    found = [*read.findings, *findings]
    try:
        raters = _Raters.model_validate(wanted).raters
    except ValidationError as error:
        found += explain(error, wanted)
    if found:
        raise SpecError(problems(found, file, lines))
    return raters
