"""Shared fixtures."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def evalhub_data() -> Path:
    """The folder of real collections; tests that need it say so where it is missing, and CI sets it."""
    folder = os.environ.get("EVALHUB_DATA")
    if not folder:
        if os.environ.get("EVALHUB_REQUIRE_ALL"):
            pytest.fail("EVALHUB_DATA is not set, and EVALHUB_REQUIRE_ALL allows no skips")
        pytest.skip("EVALHUB_DATA is not set: it names the folder of real test collections")
    return Path(folder)
