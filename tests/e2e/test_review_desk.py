"""A person reviews while the web server and the workers are killed and started again: nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from evalhub.stack import control, lock
from tests.dashboard.browser import FLAGS, chromium
from tests.e2e.conftest import Home, wait_until

pytestmark = pytest.mark.slow

ADDRESS = "http://127.0.0.1:{}"
PATIENT_MS = 120_000
FILL = """
import django; django.setup()
from evalhub.models import GoldLabel
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import make_inputs
inputs = make_inputs()
GoldLabel.objects.all().delete()
print(make_campaign(inputs).pk)
"""
COLLECTED = "SELECT count(*) FROM evalhub_job WHERE kind = 'review' AND state = 'done'"
SAID = """
    SELECT h.item_id, h.grade FROM evalhub_humangrade h WHERE h.withdrawn_at IS NULL ORDER BY h.id
"""
N_ROWS = "SELECT count(*) FROM evalhub_humangrade"
CURRENT = ".pair:not([hidden])"


@pytest.fixture
def home(make_home: Callable[[str], Home]) -> Home:
    """An installation with a review and somebody to do it."""
    home = make_home("reviewed")
    home.environment["DJANGO_SETTINGS_MODULE"] = "evalhub.settings"
    home.run("up", "--detach")
    return home


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=FLAGS)


def filled(home: Home) -> str:
    """The address of the review screen; a worker collects the pairs."""
    ended = subprocess.run(
        [sys.executable, "-c", FILL], env=home.environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    wait_until(lambda: home.rows(COLLECTED) == [(1,)], "the pairs are collected")
    return f"/campaigns/{ended.stdout.strip()}/review/pair/"


def signed_in(home: Home, context: BrowserContext) -> Page:
    password = home.run("user", "add", "grace").rpartition("password ")[2].strip()
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("User name").fill("grace")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    return page


def press(page: Page, digit: str, said: list[tuple[int, int]]) -> None:
    """Grade the pair in hand, whoever hears of it."""
    key = page.locator(CURRENT).get_attribute("data-item") or ""
    page.keyboard.press(digit)
    expect(page.locator(f'.pair[data-item="{key}"]')).to_be_hidden()
    said.append((int(key), int(digit)))


def all_sent(page: Page) -> None:
    expect(page.locator('#desk[data-waiting="0"]')).to_be_attached(timeout=PATIENT_MS)


def kill(home: Home) -> None:
    """kill -9 of the supervisor; web and workers end the same way, since their lifeline is cut."""
    found = control.running(home.folder)
    assert found is not None
    os.kill(found.pid, signal.SIGKILL)
    wait_until(lambda: not lock.has_processes(home.folder), "the stack is dead")


def test_nothing_is_lost_while_the_server_is_away(home: Home, browser: Browser) -> None:
    address = filled(home)
    context = browser.new_context(base_url=ADDRESS.format(home.port))
    page = signed_in(home, context)
    page.goto(address)
    expect(page.locator("#desk[data-ready]")).to_be_attached()
    said: list[tuple[int, int]] = []
    press(page, "1", said)
    press(page, "2", said)
    all_sent(page)
    kill(home)
    while page.locator(CURRENT).count():  # as many as were fetched ahead
        press(page, str(len(said) % 4), said)
    n_waiting = len(said) - 2
    assert n_waiting > 1
    expect(page.get_by_text(f"{n_waiting} grades waiting for the server")).to_be_visible(timeout=PATIENT_MS)
    expect(page.get_by_text("The next pairs come as soon as the server answers")).to_be_visible()
    assert len(home.rows(SAID)) == 2
    home.run("up", "--detach")
    all_sent(page)
    expect(page.locator(CURRENT)).to_have_count(1, timeout=PATIENT_MS)
    assert home.rows(SAID) == said
    # The same with the tab closed in between: what it kept is sent when the screen is opened again.
    home.run("down")
    press(page, "2", said)
    page.locator(CURRENT).get_by_role("textbox", name="Comment").fill("half a thought")
    half = page.locator(CURRENT).get_attribute("data-item")
    page.close()
    home.run("up", "--detach")
    page = context.new_page()
    page.goto(address)
    all_sent(page)
    assert home.rows(SAID) == said
    assert home.rows(N_ROWS) == [(len(said),)]
    mine = page.locator(f'.pair[data-item="{half}"] [name="comment"]')
    expect(mine).to_have_value("half a thought")
