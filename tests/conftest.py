"""Shared fixtures."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# A busy machine stalls for longer than any example takes; and every run tries the same examples.
hypothesis_settings.register_profile(
    "evalhub", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("evalhub")


@pytest.fixture(autouse=True)
def own_cache(settings: Any) -> None:
    """What one test counted is no other's: workers of a run share a home, and keys of rows come again."""
    place = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid4().hex}
    settings.CACHES = {"default": place}


@pytest.fixture(scope="session")
def evalhub_data() -> Path:
    """The folder of real collections; tests that need it say so where it is missing, and CI sets it."""
    folder = os.environ.get("EVALHUB_DATA")
    if not folder:
        if os.environ.get("EVALHUB_REQUIRE_ALL"):
            pytest.fail("EVALHUB_DATA is not set, and EVALHUB_REQUIRE_ALL allows no skips")
        pytest.skip("EVALHUB_DATA is not set: it names the folder of real test collections")
    return Path(folder)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A real browser asks for several things at once: slow tests have their database in a file.

    SQLite in memory lets two threads share a connection's cache and fails at once where they meet; a file has
    WAL and a time-out, as every installation has. There, a test's own transaction keeps the lock from every
    other thread, heartbeats among them: `make test` runs the slow tests by themselves.
    """
    tests = connections["default"].settings_dict["TEST"]
    if tests["NAME"] is None and any(one.get_closest_marker("slow") for one in request.session.items):
        tests["NAME"] = str(tmp_path_factory.mktemp("database") / "evalhub.sqlite3")
