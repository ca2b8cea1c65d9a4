"""schemathesis: whatever the description allows or forbids, the answer is as described, no server error.

Not collected yet: what it found is not all mended. Run it by its path:
pytest tests/api/schemathesis_cases.py -m "not slow"
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from evalhub.models import System, Workspace
from evalhub.services.tokens import token_create
from tests.api.conftest import spec, start
from tests.api.schema_check import CheckedClient, schema

load_all_checks()

DESCRIBED = schemathesis.openapi.from_dict(schema())
DESCRIBED.app = get_wsgi_application()
FEW = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# The library's transport to an application in this process unpacks nothing.
UNPACKED = {"Accept-Encoding": "identity"}
# A description cannot say that a name must be one that exists, or that a file can be read: what fits its
# schema may still be refused, with 400 and the field. All other checks are on.
UNSAYABLE = CHECKS.get_by_names(["positive_data_acceptance"])


@pytest.fixture(autouse=True)
def kept_connection(db: None) -> Iterator[None]:
    """Requests run in this thread: they leave the test's transaction open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ids(api: CheckedClient, production: System) -> dict[str, int]:
    """A row for some addresses, so that cases meet more than 404."""
    campaign = start(api, spec()).json()
    return {
        "campaign_id": campaign["id"],
        "corpus_id": campaign["corpus"]["id"],
        "collection_id": campaign["queries"]["id"],
        "system_id": production.pk,
        "job_id": campaign["jobs"][0]["id"],
    }


@DESCRIBED.parametrize()
@FEW
def test_what_comes_with_a_token_is_answered_as_described(
    case: Any, ids: dict[str, int], workspace: Workspace
) -> None:
    for name, value in list((case.path_parameters or {}).items()):
        if name in ids and isinstance(value, int) and value % 2:
            case.path_parameters[name] = ids[name]
    user, _ = User.objects.get_or_create(username="fuzz")
    token = token_create(workspace, user, "admin")
    headers = {"Authorization": f"Bearer {token}", **UNPACKED}
    case.call_and_validate(headers=headers, excluded_checks=UNSAYABLE)


@DESCRIBED.parametrize()
@FEW
def test_what_comes_without_a_token_is_refused(case: Any, db: None) -> None:
    response = case.call_and_validate(headers=UNPACKED, excluded_checks=UNSAYABLE)
    assert response.status_code in {401, 405}
