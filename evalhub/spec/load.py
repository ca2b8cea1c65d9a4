"""SPEC.yaml, or the same fields from elsewhere, to a CampaignSpec; or everything that is wrong with it."""

import re
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from evalhub.spec.campaign import CampaignSpec
from evalhub.spec.checks import cross_check
from evalhub.spec.errors import SPEC, SpecError, SpecProblem
from evalhub.spec.explain import explain
from evalhub.spec.finding import FieldPath, Finding, dotted
from evalhub.spec.paths import resolve_paths
from evalhub.spec.yaml_text import MAX_BYTES, YamlError, YamlText, read_yaml

_LAST_STEP = re.compile(r"(\.?[^.\[]+|\[\d+\])$")
_BEGIN = "Begin with the name, corpus, queries and systems of a campaign."


def load_spec(path: Path) -> CampaignSpec:
    """Read a spec file; its paths come out absolute.

    Raises:
        SpecError: every problem, with its line.
    """
    try:
        text = read_file(path)
        read = read_yaml(text)
    except YamlError as error:
        problem = SpecProblem(str(path), error.line, None, error.problem, error.remedy)
        raise SpecError([problem]) from error
    return _parse(read, str(path), path.absolute().parent)


def located(error: SpecError, path: Path) -> SpecError:
    """Give what was found out after the spec was read, such as an unknown model, its file and line."""
    lines = {dotted(place) or "": line for place, line in read_yaml(read_file(path)).lines.items()}
    return SpecError([_located(problem, str(path), lines) for problem in error.errors])


def _located(problem: SpecProblem, file: str, lines: dict[str, int]) -> SpecProblem:
    if problem.line is not None or problem.file != SPEC:
        return problem
    place = problem.field or ""
    while place and place not in lines:
        place = _LAST_STEP.sub("", place)
    return replace(problem, file=file, line=lines.get(place))


def parse_spec(mapping: object, *, file: str = SPEC, base_dir: Path | None = None) -> CampaignSpec:
    """Read the fields of a spec from plain data, such as the body of a request.

    Args:
        file: what errors call the spec.
        base_dir: the folder that its paths count from; without one a spec may not name files.

    Raises:
        SpecError: every problem.
    """
    return _parse(YamlText(mapping), file, base_dir)


def read_file(path: Path) -> str:
    """The text of a spec file.

    Raises:
        YamlError: it can not be read, is too large, or is not UTF-8.
    """
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            raise YamlError(None, f"larger than {MAX_BYTES:,} bytes", "Check that this is the spec.")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise YamlError(None, f"cannot be read ({error.strerror})", "Check the path.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise YamlError(line, "not UTF-8", "Save the file as UTF-8.") from error


def _parse(read: YamlText, file: str, base_dir: Path | None) -> CampaignSpec:
    data = without_nulls(read.data)
    if not isinstance(data, dict):
        problem = "empty" if data is None else "not a mapping of keys to values"
        raise SpecError([SpecProblem(file, None, None, problem, _BEGIN)])
    findings = [*read.findings, *cross_check(data)]
    data, about_paths = resolve_paths(data, base_dir)
    findings += about_paths
    spec = None
    try:
        spec = CampaignSpec.model_validate(data)
    except ValidationError as error:
        findings += explain(error, data)
    if spec is None or findings:
        raise SpecError(problems(findings, file, read.lines))
    return spec


def without_nulls(data: object) -> object:
    """The data without keys that have no value."""
    # A key without a value, as in `budget:`, is how people leave something out.
    if isinstance(data, dict):
        return {key: without_nulls(value) for key, value in data.items() if value is not None}
    return [without_nulls(item) for item in data] if isinstance(data, list) else data


def problems(findings: list[Finding], file: str, lines: dict[FieldPath, int]) -> list[SpecProblem]:
    """Findings with their lines, in the order of the file."""
    found = [
        SpecProblem(file, row.line or _line(row.path, lines), dotted(row.path), row.problem, row.remedy)
        for row in findings
    ]
    return sorted(found, key=lambda problem: (problem.line or 0, problem.field or ""))


def _line(path: FieldPath, lines: dict[FieldPath, int]) -> int | None:
    """The line of a place, or of the nearest one around it for what is missing."""
    around = (path[:length] for length in range(len(path), 0, -1))
    return next((lines[place] for place in around if place in lines), 1 if lines else None)
