"""Queries and the search box in a real browser: keys, what is highlighted, axe."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from evalhub.models import Campaign, Document, GoldLabel, Query, Search, System
from tests.dashboard.inputs import Inputs
from tests.dashboard.searches import build_indexes, make_search

# Fixtures of the other browser tests.
from tests.dashboard.test_browser import NARROW, WIDE, Open, chrome, open_page, shown  # noqa: F401

pytestmark = pytest.mark.slow

PATIENT_MS = 30_000  # a machine may be busy
QUERY_IDS = ["q00", "q01", "q02", "q03", "q04", "q05"]


@pytest.fixture
def found(shown: tuple[Campaign, Campaign]) -> tuple[Search, Search]:  # noqa: F811
    """Two systems' answers to one query."""
    campaign = shown[0]
    systems = [row.system for row in campaign.campaign_systems.select_related("system")]
    documents = list(Document.objects.order_by("pk"))
    build_indexes(campaign.snapshot)
    System.objects.filter(pk=systems[0].pk).update(name="a name that is longer than a phone is wide, really")
    inputs = Inputs(campaign.workspace, campaign.snapshot, campaign.collection, [], documents, systems, [])
    return (
        make_search(inputs, systems[0], [*documents[:3], *documents[-3:]]),
        make_search(inputs, systems[1], [documents[2], documents[0], documents[5]]),
    )


def _query_address(campaign: Campaign, query_id: str) -> str:
    return f"/campaigns/{campaign.pk}/queries/{Query.objects.get(query_id=query_id).pk}/?sort=query"


def _heading(page: Page, query_id: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"{query_id}$"))


def test_keys_go_through_the_queries_in_their_order(
    open_page: Open,  # noqa: F811
    shown: tuple[Campaign, Campaign],  # noqa: F811
) -> None:
    page = open_page(_query_address(shown[0], "q00"))
    for query_id in QUERY_IDS[1:]:
        page.keyboard.press("j" if query_id != "q03" else "ArrowRight")
        _listening(page, query_id)
    page.keyboard.press("j")  # there is none after the last
    page.keyboard.press("k")
    _listening(page, "q04")
    page.keyboard.press("ArrowLeft")
    _listening(page, "q03")
    page.keyboard.press("u")
    expect(page.get_by_role("region", name="Values per query")).to_be_visible()


def _listening(page: Page, query_id: str) -> None:
    _heading(page, query_id)
    # The scripts make this button, and listen to keys from then on.
    expect(page.get_by_role("button", name="Keys")).to_be_visible()


def test_keys_are_not_stolen(open_page: Open, shown: tuple[Campaign, Campaign]) -> None:  # noqa: F811
    page = open_page(_query_address(shown[0], "q02"), width=NARROW)
    # Modifiers belong to the browser.
    for key in ("Control+j", "Alt+j", "Meta+j"):
        page.keyboard.press(key)
    # Where the lists scroll sideways the arrows do that.
    lists = page.get_by_role("region", name="Ranked lists")
    lists.focus()
    page.keyboard.press("ArrowRight")
    expect(lists).to_be_focused()
    _heading(page, "q02")
    # While the sheet is open the page behind it rests.
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("j")
    _heading(page, "q02")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("j")
    _heading(page, "q03")


def test_typing_is_typing(open_page: Open, found: tuple[Search, Search]) -> None:  # noqa: F811
    page = open_page(f"/search/{found[0].pk}/beside/{found[1].pk}/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Query")
    expect(box).to_be_focused()
    page.keyboard.type("j2k?/u0")
    expect(box).to_have_value("j2k?/u0")
    assert not GoldLabel.objects.filter(collection__name__startswith="search box").exists()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_same_document_is_seen_in_the_other_lists(
    open_page: Open,  # noqa: F811
    shown: tuple[Campaign, Campaign],  # noqa: F811
) -> None:
    page = open_page(_query_address(shown[0], "q03"))
    page.wait_for_load_state("networkidle")
    link = page.locator(".elsewhere a").first
    document = link.locator("xpath=ancestor::li").get_attribute("data-document")
    n_lists = page.locator(f'[data-document="{document}"]').count()
    assert n_lists > 1
    link.focus()
    expect(page.locator(".hit.same")).to_have_count(n_lists)
    assert set(page.locator(".hit.same").evaluate_all("all => all.map(one => one.dataset.document)")) == {
        document
    }
    link.blur()
    page.locator("h1").hover()
    expect(page.locator(".hit.same")).to_have_count(0)
    page.locator(f'[data-document="{document}"]').last.hover()
    expect(page.locator(".hit.same")).to_have_count(n_lists)


def test_without_scripts_links_and_forms_do_it_all(
    open_page: Open,  # noqa: F811
    found: tuple[Search, Search],
    shown: tuple[Campaign, Campaign],  # noqa: F811
) -> None:
    page = open_page(_query_address(shown[0], "q02"), java_script_enabled=False)
    expect(page.get_by_role("button", name="Keys")).to_be_hidden()
    page.get_by_role("link", name="Next", exact=True).click()
    _heading(page, "q03")
    page.get_by_role("button", name="Search this").click()
    expect(page.get_by_text("Found for")).to_be_visible()
    page.goto(f"/search/{found[0].pk}/beside/{found[1].pk}/")
    page.locator(".grading").first.get_by_role("button", name="3: perfect").click()
    expect(page.get_by_text("Graded 3: perfect.")).to_be_visible()
    page.get_by_role("button", name="Take back").first.click()
    expect(page.get_by_text("The grade is taken back.")).to_be_visible()


def test_grading_by_keyboard_and_undo(open_page: Open, found: tuple[Search, Search]) -> None:  # noqa: F811
    page = open_page(f"/search/{found[0].pk}/beside/{found[1].pk}/")
    page.wait_for_load_state("networkidle")
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator(".hit").first).to_be_focused()
    page.keyboard.press("2")
    both = page.get_by_text("2, useful, by ada")
    expect(both).to_have_count(2, timeout=PATIENT_MS)  # the other list has it too
    expect(page.locator(".hit").first).to_be_focused()
    page.keyboard.press("3")
    expect(page.get_by_text("3, perfect, by ada")).to_have_count(2, timeout=PATIENT_MS)
    page.keyboard.press("u")
    expect(both).to_have_count(2, timeout=PATIENT_MS)
    page.keyboard.press("9")  # not offered
    page.keyboard.press("j")
    expect(page.locator(".hit").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".hit").first).to_be_focused()
    assert GoldLabel.objects.get(collection__name__startswith="search box", removed_in=None).grade == 2


def test_an_answer_appears_by_itself(
    open_page: Open,  # noqa: F811
    found: tuple[Search, Search],
    live_server: LiveServer,
) -> None:
    search = found[0]
    Search.objects.filter(pk=search.pk).update(state="running", is_loading=True)
    page = open_page(f"/search/{search.pk}/")
    expect(page.get_by_text("Loading the model minilm")).to_be_visible()
    Search.objects.filter(pk=search.pk).update(state="done", is_loading=False, load_s=5.0, query_ms=7.5)
    expect(page.get_by_text("Found in 7.5 ms. Loading the model")).to_be_visible()
    expect(page.locator("#poll")).to_have_count(0)
    expect(page.get_by_role("button", name="Keys")).to_be_visible()


def test_queries_of_a_collection_are_offered_while_typing(
    open_page: Open,  # noqa: F811
    found: tuple[Search, Search],
) -> None:
    page = open_page("/search/")
    page.get_by_label("Pick queries of").select_option("head")
    expect(page.locator("#known-queries option")).to_have_count(6)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_pages_are_accessible_and_never_scroll_sideways(
    open_page: Open,  # noqa: F811
    shown: tuple[Campaign, Campaign],  # noqa: F811
    found: tuple[Search, Search],
    color_scheme: str,
    width: int,
) -> None:
    campaign = shown[0]
    waiting = make_search(
        Inputs(campaign.workspace, campaign.snapshot, campaign.collection, [], [], [], []),
        found[0].system,
        [],
        text="x" * 200,
        state=Search.State.WAITING,
    )
    page = open_page("/", width=width, color_scheme=color_scheme)
    for address in (
        f"/campaigns/{campaign.pk}/queries/?sort=disagreement&tag=howto&unrated=1",
        f"/campaigns/{campaign.pk}/queries/?q=nothing+is+like+this",
        _query_address(campaign, "q00"),
        _query_address(campaign, "q01"),
        f"/search/{found[0].pk}/beside/{found[1].pk}/",
        f"/search/{waiting.pk}/",
        "/search/",
    ):
        page.goto(address)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        report = Axe().run(page)
        assert report.violations_count == 0, f"{address}: {report.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        for chooser in page.locator("#search-form select").all():
            box = chooser.bounding_box()
            assert box is None or box["x"] + box["width"] <= width, address
    page.goto(_query_address(campaign, "q00"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    report = Axe().run(page)
    assert report.violations_count == 0, report.generate_report()
