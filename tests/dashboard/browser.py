"""The browser that the slow tests drive."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from evalhub.models import Campaign
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import make_inputs
from tests.people import person

# A busy machine may take long to show what it will show.
expect.set_options(timeout=60_000)

Open = Callable[..., Page]
WIDE, NARROW = 1440, 390

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Where Chromium is; without one the test fails, for a page that nobody looked at is not tested."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("no Chromium on PATH: install one (Debian: apt-get install chromium)")
    return found


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django takes for an asynchronous caller.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield playwright.chromium.launch(executable_path=chromium(), args=FLAGS)


@pytest.fixture
def shown(
    chrome: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> tuple[Campaign, Campaign]:
    """A campaign that is done and one that runs; there are no workers, so nobody hears of it."""
    monkeypatch.setattr("evalhub.dispatch.app.send_task", lambda *arguments, **options: None)
    inputs = make_inputs()
    return make_campaign(inputs), make_campaign(inputs, name="live", state=Campaign.State.RUNNING)


@pytest.fixture
def open_page(chrome: Browser, live_server: LiveServer, shown: tuple[Campaign, Campaign]) -> Iterator[Open]:
    """Opens an address as someone who signed in; afterwards no page may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        path: str,
        *,
        width: int = WIDE,
        sign_in: bool = True,
        user: str = "ada",
        forgiven: str = "nothing",
        **options: Any,
    ) -> Page:
        context = chrome.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        if sign_in:
            _sign_in(context, live_server, user)
        page = context.new_page()
        page.on("console", lambda message: _complain(message, forgiven, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _at_home(request.url, live_server.url, complaints))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == [], complaints


def _sign_in(context: BrowserContext, live_server: LiveServer, user: str) -> None:
    client = Client()
    client.force_login(person(user))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])


def _complain(message: ConsoleMessage, forgiven: str, complaints: list[str]) -> None:
    if message.type == "error" and forgiven not in message.text:
        complaints.append(message.text)


def _at_home(url: str, home: str, complaints: list[str]) -> None:
    if not url.startswith(home):
        complaints.append(f"outside address: {url}")
