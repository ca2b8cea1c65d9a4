"""What is wrong with a request, as one of its fields."""

from evalhub.spec.errors import SpecError, SpecProblem

REQUEST = "request"
"""What a fault calls its file where that is the body or the address of the request."""


def request_error(field: str | None, problem: str, remedy: str) -> SpecError:
    """Make the error for one field of a request."""
    return SpecError([SpecProblem(REQUEST, None, field, problem, remedy)])
