"""schemathesis: whatever the description allows or forbids, the answer is as described, no server error.

Each operation is tried with the examples of the description and with two random cases, the same ones every
time. A deep run tries the borders of every field, too, and as many random cases as it is told, with a seed
that it prints and can be told:
EVALHUB_FUZZ_CASES=15 EVALHUB_FUZZ_SEED=7 pytest tests/api/test_schemathesis.py -n 0
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import override_settings
from django.urls import resolve
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.parameters import ParameterLocation

from evalhub.api.problems import missing
from evalhub.models import Campaign, Job, Workspace
from evalhub.services.tokens import token_create
from evalhub.services.workspaces import workspace_default
from tests.api.conftest import make_collection, make_corpus, make_production
from tests.api.every_row import make_every_row
from tests.api.schema_check import CheckedClient, schema
from tests.api.workers import work
from tests.people import person

load_all_checks()
pytestmark = pytest.mark.django_db

N_CASES = os.environ.get("EVALHUB_FUZZ_CASES")
SEED = os.environ.get("EVALHUB_FUZZ_SEED")

DESCRIBED = schemathesis.openapi.from_dict(schema())
DESCRIBED.app = get_wsgi_application()
if SEED is not None:
    DESCRIBED.config.seed = int(SEED)
DESCRIBED.config.phases.coverage.enabled = N_CASES is not None
EXTENT = settings(
    max_examples=int(N_CASES or 2),
    deadline=None,
    derandomize=N_CASES is None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# The library's transport to an application in this process unpacks nothing.
UNPACKED = {"Accept-Encoding": "identity"}
# A description cannot say that a name must be one that exists, or that a file can be read: what fits its
# schema may still be refused, with 400 and the field. All other checks are on.
UNSAYABLE = CHECKS.get_by_names(["positive_data_acceptance"])
# Names that exist, by the field or parameter: a random text is none, and would always end at the first check.
NAMES = {
    "corpus": "books",
    "collection": "head",
    "queries": "head",
    "system": "production",
    "baseline": "production",
    "rater": "people",
    "first": "gold",
    "second": "people@1",
    "with": "people@1",
    "candidate": "people@1",
    "doc_id": "d1",
    "query_id": "q1",
}
ANSWERS: Counter[tuple[str, int]] = Counter()
"""By the operation and the status."""


@pytest.fixture(scope="module", autouse=True)
def told(request: pytest.FixtureRequest) -> Iterator[None]:
    """Say at the end how much was tried."""
    yield
    plugins = request.config.pluginmanager
    reporter, capture = plugins.get_plugin("terminalreporter"), plugins.get_plugin("capturemanager")
    if reporter is not None:  # a process of pytest-xdist has none
        classes = Counter(f"{status // 100}xx" for (_, status), n in ANSWERS.items() for _ in range(n))
        said = ", ".join(f"{n} answered {name}" for name, n in sorted(classes.items()))
        operations = len({operation for operation, _ in ANSWERS})
        seed = "" if N_CASES is None else f", seed {DESCRIBED.config.seed}"
        with capture.global_and_fixture_disabled():
            reporter.write_line(
                f"\nschemathesis: {operations} operations, {ANSWERS.total()} cases: {said}{seed}"
            )


@pytest.fixture(scope="module")
def keys(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, int]]:
    """A row for every parameter of an address, made once, and a campaign that is done."""
    folder = tmp_path_factory.mktemp("home")
    with django_db_blocker.unblock(), override_settings(EVALHUB_HOME=folder), kept_connection():
        place = workspace_default()
        api = CheckedClient()
        api.credentials(**token_of(place))
        corpus, collection = make_corpus(place, folder), make_collection(place, folder)
        found = make_every_row(api, corpus, collection, make_production(place, folder))
        Job.objects.filter(kind="preview").update(state="done")
        work()
        assert Campaign.objects.get(pk=found["campaign_id"]).state == "done"
        yield found


@contextmanager
def kept_connection() -> Iterator[None]:
    """Requests run in this thread: they leave the transaction open, which is undone in the end."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def token_of(workspace: Workspace) -> dict[str, str]:
    """A header that opens everything of a workspace."""
    return {"HTTP_AUTHORIZATION": f"Bearer {token_create(workspace, person('fuzz'), 'admin')}"}


@pytest.fixture(autouse=True)
def own_home(keys: dict[str, int]) -> None:
    """The home is that of the rows."""


@DESCRIBED.parametrize()
@EXTENT
def test_what_comes_with_a_token_is_answered_as_described(case: Any, keys: dict[str, int]) -> None:
    led(case, keys)
    with transaction.atomic():  # each case meets the same rows
        headers = {"Authorization": token_of(workspace_default())["HTTP_AUTHORIZATION"], **UNPACKED}
        response = case.call_and_validate(headers=headers, excluded_checks=UNSAYABLE)
        transaction.set_rollback(True)
    ANSWERS[case.operation.label, response.status_code] += 1
    assert response.status_code != 401


@DESCRIBED.parametrize()
@EXTENT
def test_what_comes_without_a_token_is_refused(case: Any) -> None:
    with transaction.atomic():
        response = case.call_and_validate(headers=UNPACKED, excluded_checks=UNSAYABLE)
        transaction.set_rollback(True)
    ANSWERS[case.operation.label, response.status_code] += 1
    address = unquote(urlsplit(response.request.url).path)
    if resolve(address).func is missing:  # what is no key makes no address
        assert response.status_code == 404
    else:
        assert response.status_code in {401, 405}


def led(case: Any, keys: dict[str, int]) -> None:
    """Have about half of the keys and names in a case be those of rows, where it is to be a good one."""
    path = case.path_parameters
    if path and _is_good(case, ParameterLocation.PATH):
        odd = {name for name, value in path.items() if isinstance(value, int) and value % 2}
        case.path_parameters = {**path, **{name: keys[name] for name in odd}}
    if _is_good(case, ParameterLocation.QUERY):
        case.query = _named(case.query)
    if _is_good(case, ParameterLocation.BODY):
        case.body = _named(case.body)


def _named(part: Any) -> Any:
    """The same with names in it; a new one, since an example belongs to the description."""
    if not isinstance(part, dict):
        return part
    odd = {name for name, value in part.items() if isinstance(value, str) and len(value) % 2}
    return {**part, **{name: NAMES[name] for name in odd & NAMES.keys()}}


def _is_good(case: Any, location: ParameterLocation) -> bool:
    return case.meta is None or not case.meta.is_negative_at(location)
