"""Django's page for developers shows no key, whatever its variable is called."""

import sys
from typing import Any

import pytest
from django.test import RequestFactory
from django.views.debug import technical_500_response

CANARY = "-".join(("sk", "canary", "5e1f"))  # the page quotes this file


def page(request: Any) -> str:
    """The page for an exception."""
    try:
        raise ValueError("this page was asked for")
    except ValueError:
        return technical_500_response(request, *sys.exc_info()).content.decode()


def test_a_key_of_the_environment_is_not_on_the_page(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = True
    monkeypatch.setenv("JUDGE", CANARY)
    settings.EVALHUB_REDIS_URL = f"redis://:{CANARY}@host"
    settings.CELERY_BROKER_URL = f"redis://:{CANARY}@host"
    # runserver answers with the whole environment in META.
    request = RequestFactory().get("/", JUDGE=CANARY, HTTP_AUTHORIZATION=f"Bearer {CANARY}")

    shown = page(request)

    assert "this page was asked for" in shown
    assert "REQUEST_METHOD" in shown
    assert CANARY not in shown
