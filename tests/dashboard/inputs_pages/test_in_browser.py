"""Corpora, queries, models, raters and spend in a real browser."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from evalhub.models import (
    CampaignRater,
    CorpusProfile,
    Document,
    EmbeddingModel,
    Job,
    Judgment,
    RaterProbe,
    RaterVersion,
    Snapshot,
)
from evalhub.services.probes import Typed, probe_start
from indexing.registry import resolve_encoder
from tests.dashboard.browser import FLAGS, chromium
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, Inputs, make_inputs
from tests.dashboard.inputs_pages.profiles import make_profile
from tests.dashboard.inputs_pages.raters import hosted_version
from tests.people import person

pytestmark = pytest.mark.slow

Open = Callable[..., Page]
WIDE, NARROW = 1440, 360


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, which Django takes for an asynchronous caller.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield playwright.chromium.launch(executable_path=chromium(), args=FLAGS)


@pytest.fixture
def shown(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, chrome: Browser) -> Inputs:
    """All that the pages show; there are no workers."""
    monkeypatch.setattr("evalhub.dispatch.app.send_task", lambda *arguments, **options: None)
    inputs = make_inputs()
    campaign = make_campaign(inputs)
    EmbeddingModel.objects.update(spec=resolve_encoder("minilm").to_dict(), model="minilm")
    corpus = inputs.snapshot.corpus
    Snapshot.objects.create(
        corpus=corpus, number=2, state="ready", digest="e", source_name="b", n_documents=24, n_added=1,
        n_removed=1, n_changed=1,
    )  # fmt: skip
    changed = inputs.documents[0]
    Document.objects.filter(pk=changed.pk).update(removed_in=2)
    Document.objects.create(
        corpus=corpus, doc_id=changed.doc_id, text=f"now {HOSTILE}", digest="n", row_digest="n", added_in=2
    )
    make_profile(inputs.snapshot, inputs.collection)
    version = hosted_version(inputs.workspace)
    newer = hosted_version(inputs.workspace, max_document_tokens=99)
    CampaignRater.objects.create(campaign=campaign, rater_version=newer, name="x", position=9)
    probe = probe_start(version, Typed("open a file", "Use open()."), now=timezone.now())
    _graded(probe)
    return inputs


@pytest.fixture
def open_page(chrome: Browser, live_server: LiveServer, shown: Inputs) -> Iterator[Open]:
    """Opens an address as someone who signed in; afterwards no page may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(path: str, *, width: int = WIDE, **options: Any) -> Page:
        context = chrome.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        client = Client()
        client.force_login(person("ada"))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _graded(probe: RaterProbe) -> None:
    """What a worker would leave."""
    Job.objects.filter(probe=probe).update(state="done")
    Judgment.objects.create(
        rater_version=probe.rater_version,
        query_digest=probe.query_digest,
        document_digest=probe.document_digest,
        state="graded",
        grade=2,
        gain=0.6,
        probabilities=[0.1, 0.2, 0.5, 0.2],
        rationale="It says how.",
        reply="{}",
    )


def _addresses(inputs: Inputs) -> list[str]:
    corpus, model = inputs.snapshot.corpus_id, EmbeddingModel.objects.get()
    probe = RaterProbe.objects.get()
    rater = probe.rater_version.rater_id
    return [
        "/corpora/",
        f"/corpora/{corpus}/",
        f"/corpora/{corpus}/documents/",
        f"/corpora/{corpus}/documents/{inputs.documents[-1].pk}/1/",
        f"/corpora/{corpus}/differences/",
        f"/corpora/{corpus}/profile/",
        "/query-collections/",
        f"/query-collections/{inputs.collection.pk}/",
        f"/models/?corpus={corpus}",
        f"/models/{model.pk}/",
        "/raters/",
        f"/raters/{rater}/",
        f"/raters/{rater}/diff/",
        f"/raters/{rater}/versions/{probe.rater_version.number}/tries/{probe.pk}/",
        "/spend/",
    ]


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_accessible_and_never_scrolls_sideways(
    open_page: Open, shown: Inputs, color_scheme: str, width: int
) -> None:
    page = open_page("/corpora/", width=width, color_scheme=color_scheme)
    for address in _addresses(shown):
        page.goto(address)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        expect(page.locator("nav[aria-label=Main] [aria-current]")).to_have_count(1)


def test_the_slider_counts_without_leaving_the_page(open_page: Open, shown: Inputs) -> None:
    page = open_page(f"/corpora/{shown.snapshot.corpus_id}/profile/")
    for place in page.locator("[data-spec]").all():
        expect(place).to_have_attribute("data-drawn", "", timeout=30_000)
    expect(page.locator("#near")).to_contain_text("6 of 24 documents")
    slider = page.locator("#threshold")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#threshold-shown")).to_have_text("0.85")
    expect(page.locator("#near")).to_contain_text("8 of 24 documents")
    expect(slider).to_be_focused()
    # The charts are still there.
    expect(page.locator("[data-drawn] svg").first).to_be_visible()


def test_the_slider_works_without_scripts(open_page: Open, shown: Inputs) -> None:
    page = open_page(f"/corpora/{shown.snapshot.corpus_id}/profile/", java_script_enabled=False)
    page.locator("#threshold").fill("80")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#near")).to_contain_text("8 of 24 documents")


def test_a_profile_is_asked_for_and_appears_when_it_is_done(open_page: Open, shown: Inputs) -> None:
    CorpusProfile.objects.all().delete()
    page = open_page(f"/corpora/{shown.snapshot.corpus_id}/")
    page.get_by_role("link", name="Profile", exact=True).click()
    page.get_by_role("button", name="Profile this corpus").click()
    expect(page.get_by_text("Waits for a worker")).to_be_visible()
    made = CorpusProfile.objects.get()
    make_profile(made.snapshot)
    CorpusProfile.objects.filter(pk=made.pk).delete()
    expect(page.get_by_role("heading", name="Lengths in tokens")).to_be_visible()


def test_the_chooser_narrows_down_and_the_address_follows(open_page: Open, shown: Inputs) -> None:
    page = open_page("/models/")
    expect(page.get_by_text("2 of 2 models")).to_be_visible()
    page.get_by_label("Reads at least, in tokens").fill("300")
    page.get_by_label("Reads at least, in tokens").press("Tab")
    expect(page.get_by_text("1 of 2 models")).to_be_visible()
    expect(page).to_have_url(re.compile("tokens=300"))
    page.reload()
    expect(page.get_by_text("1 of 2 models")).to_be_visible()


def test_a_pair_is_tried_out_by_keyboard(open_page: Open, shown: Inputs) -> None:
    version = RaterVersion.objects.get(rater__name="judge", number=3)
    page = open_page(f"/raters/{version.rater_id}/")
    page.get_by_label("Query", exact=True).focus()
    page.keyboard.type("how do I sort")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type("Use sorted().")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Waits for a worker")).to_be_visible()
    _graded(RaterProbe.objects.get(rater_version=version))
    expect(page.locator(".outcome")).to_contain_text("2 of 3")
    expect(page.get_by_label("Query", exact=True)).to_have_value("how do I sort")
