"""Errors as problem details (RFC 9457), every one of them: an unexpected one too, without its traceback."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import singledispatch
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import APIException, ValidationError

from evalhub.api.faults import REQUEST
from evalhub.core.errors import UserError
from evalhub.formats.errors import InputError
from evalhub.services.campaigns import UnableToSteer
from evalhub.services.gold_labels import GradedMeanwhile
from evalhub.services.gold_overruling import ReviewedGradesStand
from evalhub.services.idempotency import StillRunning, UnableToRepeat
from evalhub.services.members import UnableToChangeMembers
from evalhub.services.review.grades import UnableToUndo
from evalhub.services.review.turns import UnableToTake
from evalhub.services.snapshots import UnableToImport
from evalhub.spec.errors import SpecError, SpecProblem

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
# What is wrong with a request as a whole has no better name than its status.
PLAIN = "about:blank"
INVALID_FILE = "urn:evalhub:problem:invalid-file"
INVALID_REQUEST = "urn:evalhub:problem:invalid-request"
CONFLICT = "urn:evalhub:problem:conflict"
KEY_REUSED = "urn:evalhub:problem:idempotency-key-reused"
UNDER_WAY = "urn:evalhub:problem:request-under-way"
RETRY_AFTER_S = 5
MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error response says; `errors` holds each fault of the body or the uploaded file."""

    type: str
    title: str
    status: int
    detail: str
    errors: Sequence[SpecProblem] = ()


def problem_response(error: Exception, context: Mapping[str, Any]) -> JsonResponse:
    """Answer a request that raised."""
    problem = problem_of(error)
    if problem.status in (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE):
        logger.error("%s failed", context["request"].path, exc_info=error)
    response = _response(problem)
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RETRY_AFTER_S)
    # The framework calls it `wait`.
    if wait_s := getattr(error, "retry_after_s", None) or getattr(error, "wait", None):
        response["Retry-After"] = str(ceil(wait_s))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    return response


@csrf_exempt
def missing(request: HttpRequest) -> JsonResponse:
    """Answer for an address under the API's that is none."""
    return _response(_plain(404, f"there is no address {request.path}; see {reverse('api:docs')}"))


@singledispatch
def problem_of(error: Exception) -> Problem:
    """The problem that an exception stands for; one that nobody foresaw tells nothing of itself."""
    return _plain(500, "something went wrong on the server; its log says what")


@problem_of.register
def _(error: OperationalError) -> Problem:
    return _plain(503, "the database is busy or away; wait a little and send the request again")


@problem_of.register
def _(error: APIException) -> Problem:
    return _plain(error.status_code, str(error.detail))


@problem_of.register
def _(error: ValidationError) -> Problem:
    return _invalid(INVALID_REQUEST, "The request is not valid", list(_faults(error.detail, "")))


@problem_of.register
def _(error: Http404) -> Problem:
    return _plain(404, "there is nothing here that this token may see")


@problem_of.register
def _(error: PermissionDenied) -> Problem:
    return _plain(403, str(error))


@problem_of.register
def _(error: SuspiciousOperation) -> Problem:
    return _plain(400, str(error))


@problem_of.register
def _(error: RequestDataTooBig) -> Problem:
    return _plain(413, "the body is too large; upload files to the addresses that take them")


@problem_of.register
def _(error: UnreadablePostError) -> Problem:
    return _plain(400, "the body ended before it was complete")


@problem_of.register
def _(error: InputError) -> Problem:
    fault = SpecProblem(error.file, error.line, error.field, error.problem, error.remedy)
    return _invalid(INVALID_FILE, "The file is not acceptable", [fault])


@problem_of.register
def _(error: SpecError) -> Problem:
    return _invalid(INVALID_REQUEST, "The request is not valid", error.errors)


@problem_of.register
def _(error: UserError) -> Problem:
    return Problem(INVALID_REQUEST, "The request is not valid", 400, str(error))


@problem_of.register
def _(
    error: UnableToSteer
    | UnableToImport
    | UnableToUndo
    | UnableToTake
    | GradedMeanwhile
    | UnableToChangeMembers,
) -> Problem:
    return Problem(CONFLICT, "The present state does not allow this", 409, str(error))


@problem_of.register
def _(error: UnableToRepeat) -> Problem:
    return Problem(KEY_REUSED, "The key stands for another request", 409, str(error))


@problem_of.register
def _(error: StillRunning) -> Problem:
    return Problem(UNDER_WAY, "The first request is under way", 409, str(error))


@problem_of.register
def _(error: ReviewedGradesStand) -> Problem:
    faults = [
        SpecProblem(error.file, None, "grade", str(one), error.REMEDY)
        for one in error.overruled[:MOST_FAULTS]
    ]
    return Problem(CONFLICT, "The present state does not allow this", 409, str(error), faults)


def _response(problem: Problem) -> JsonResponse:
    return JsonResponse(asdict(problem), status=problem.status, content_type=CONTENT_TYPE)


def _plain(status: int, detail: str) -> Problem:
    return Problem(PLAIN, HTTPStatus(status).phrase, status, detail)


def _invalid(kind: str, title: str, faults: list[SpecProblem]) -> Problem:
    return Problem(kind, title, 400, "\n".join(map(str, faults)), faults)


def _faults(detail: Any, path: str) -> Iterator[SpecProblem]:
    """Flatten what serializers say into one fault per message."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from _faults(value, _joined(path, key))
    elif isinstance(detail, list):
        for message in detail:
            yield from _faults(message, path)
    else:
        problem, _, remedy = str(detail).partition("; ")
        remedy = remedy[:1].upper() + remedy[1:]
        yield SpecProblem(REQUEST, None, path or None, problem.rstrip("."), remedy)


def _joined(path: str, key: object) -> str:
    if key == "non_field_errors":
        return path
    return f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}".lstrip(".")
