"""A client that talks to the application in this process, and workers that work while it waits."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from evalhub.client import EvalHub
from evalhub.services.tokens import token_create
from evalhub.services.workspaces import workspace_default
from tests.api.workers import work
from tests.people import person

URL = "http://127.0.0.1"


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    """Keep the files of each test apart."""
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()
    settings.EVALHUB_WAITERS = 0  # the workers work in this thread, between two looks


@pytest.fixture
def token(db: None) -> str:
    return token_create(workspace_default(), person("ci"), "run")


@pytest.fixture
def kept_connection(db: None) -> Iterator[None]:
    """Requests run in this thread: as Django's own test client, they leave the test's transaction open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def hub(token: str, kept_connection: None) -> Iterator[EvalHub]:
    transport = httpx2.WSGITransport(app=get_wsgi_application())
    with EvalHub(f"{URL}/", token, transport=transport, sleep=lambda seconds: work()) as made:
        yield made


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file; returns its path."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return written
