"""Errors about a field of a spec."""

from evalhub.spec.errors import SPEC, SpecError, SpecProblem


def problem(field: str, text: str) -> SpecError:
    """An error from "problem; remedy" or "problem. Remedy"."""
    said, _, remedy = text.rstrip(".").replace(". ", "; ", 1).partition("; ")
    remedy = remedy[:1].upper() + remedy[1:].rstrip(".") + "." if remedy else ""
    return SpecError([SpecProblem(SPEC, None, field, said, remedy)])


def unknown(field: str, noun: str, name: str, names: list[str]) -> SpecError:
    """An error about a name that nothing has."""
    there = f"there are: {', '.join(names)}" if names else "there is none yet"
    return problem(field, f'no {noun} "{name}"; {there}. Give a path to import it, or a name from these')


def told_by_library(place: str, error: Exception) -> SpecError:
    """An error of `indexing` or `raters`: "field: problem; remedy" or "field: problem. Remedy"."""
    field, _, text = str(error).partition(": ")
    return problem(f"{place}.{field}", text)
