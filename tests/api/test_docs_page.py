"""The page with the API's description, in a real browser under the real policy."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from evalhub.models import Corpus
from tests.api.conftest import API
from tests.api.test_schema import OPERATIONS
from tests.dashboard.browser import FLAGS, chromium
from tests.people import person

pytestmark = pytest.mark.slow


@pytest.fixture
def chrome() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django takes for an asynchronous caller.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield playwright.chromium.launch(executable_path=chromium(), args=FLAGS)


def test_whoever_signed_in_can_try_it_out(live_server: LiveServer, chrome: Browser) -> None:
    client = Client()
    client.force_login(person("ada"))
    # The page makes what comes into sight: here, all of it.
    context = chrome.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 15_000})
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on(
        "request",
        lambda sent: None if sent.url.startswith((live_server.url, "data:")) else complaints.append(sent.url),
    )
    page.goto(f"{API}/docs/")
    expect(page.locator(".opblock")).to_have_count(len(OPERATIONS), timeout=60_000)
    operation = page.locator("#operations-corpora-corpora_create")
    operation.locator(".opblock-summary").click()
    operation.locator(".try-out__btn").click()
    operation.locator("textarea").fill('{"name": "books"}')
    operation.locator(".execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("201")
    assert Corpus.objects.get().name == "books"
    assert complaints == []
