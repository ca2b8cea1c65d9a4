"""What an analyst does, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from evalhub.models import Campaign, Job, Query, WorkUnit
from tests.dashboard.browser import NARROW, WIDE, Open, chrome, open_page, shown
from tests.dashboard.inputs import LONG_TEXT, START
from tests.people import person

pytestmark = pytest.mark.slow

__all__ = ["chrome", "open_page", "shown"]  # fixtures
OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"


def _addresses(done: Campaign, running: Campaign) -> list[str]:
    query = Query.objects.get(query_id="q00")
    return [
        "/",
        f"/campaigns/{done.pk}/",
        f"/campaigns/{running.pk}/",
        f"/campaigns/{done.pk}/charts/",
        f"/campaigns/{done.pk}/queries/?sort=spread",
        f"/campaigns/{done.pk}/queries/{query.pk}/",
        f"/campaigns/{done.pk}/documents/{done.snapshot.corpus.documents.get(text=LONG_TEXT).pk}/2/",
    ]


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_accessible_and_never_scrolls_sideways(
    open_page: Open, shown: tuple[Campaign, Campaign], color_scheme: str, width: int
) -> None:
    sign_in = open_page("/sign-in/", width=width, sign_in=False, color_scheme=color_scheme)
    assert Axe().run(sign_in).violations_count == 0
    page = open_page("/", width=width, color_scheme=color_scheme)
    for address in _addresses(*shown):
        page.goto(address)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_from_signing_in_to_the_text_of_a_document(open_page: Open, shown: tuple[Campaign, Campaign]) -> None:
    grace = person("grace")
    grace.set_password("compiler-first")
    grace.save()
    page = open_page("/", sign_in=False)
    page.get_by_label("User name").fill("grace")
    page.get_by_label("Password").fill("compiler-first")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="nightly").click()
    expect(page.get_by_role("heading", name="Scores by judge")).to_be_visible()
    page.get_by_role("link", name="Query by query").click()
    page.get_by_role("link", name="q00").click()
    expect(page.get_by_role("region", name="Ranked lists")).to_be_visible()
    while page.get_by_text("All 63,000 characters").count() == 0:
        page.get_by_role("link", name="Next", exact=True).click()
    hit = page.locator(".hit").filter(has_text="All 63,000 characters")
    hit.get_by_text("All 63,000 characters").click()
    hit.get_by_role("link", name="Next part (1 of 4 shown)").click()
    expect(hit.get_by_role("link", name="Next part (2 of 4 shown)")).to_be_visible()
    assert len(hit.locator(".whole").inner_text()) > 40_000


def test_the_keyboard_is_enough_and_focus_is_seen(open_page: Open, shown: tuple[Campaign, Campaign]) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    _tab_to(page, "nightly")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Scores by judge")).to_be_visible()
    _tab_to(page, "Query by query")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Values per query")).to_be_visible()
    _tab_to(page, "q00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Ranked lists")).to_be_visible()
    _tab_to(page, "judge unrated: refused")
    page.keyboard.press("Enter")
    expect(page.locator(".chip[open]")).to_have_count(1)


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus, which must be seen on the way, rests on what reads so."""
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINE) == "solid"
        if page.evaluate("document.activeElement.innerText.trim()") == name:
            return
    pytest.fail(f"Tab never reaches {name}")


def test_progress_moves_and_polling_ends_by_itself(open_page: Open, shown: tuple[Campaign, Campaign]) -> None:
    done, running = shown
    page = open_page(f"/campaigns/{running.pk}/")
    expect(page.get_by_text("42 of 100 pairs")).to_have_count(2)
    page.locator("#to-queries").focus()
    WorkUnit.objects.filter(job__kind="rate").update(n_items_done=77)
    expect(page.get_by_text("77 of 100 pairs")).to_have_count(2)
    expect(page.locator("#to-queries")).to_be_focused()  # a swap must not lose the place
    Job.objects.filter(campaigns=running).update(state="done")
    Campaign.objects.filter(pk=running.pk).update(
        state="done", finished_at=START, score_job_id=done.score_job_id
    )
    expect(page.get_by_role("heading", name="Scores by judge")).to_be_visible()
    expect(page.locator("#campaign")).not_to_have_attribute("hx-trigger", "every 2s")


def test_steering_without_leaving_the_page(open_page: Open, shown: tuple[Campaign, Campaign]) -> None:
    page = open_page(f"/campaigns/{shown[1].pk}/")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused. Units in hand")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert Campaign.objects.get(pk=shown[1].pk).state == Campaign.State.RUNNING


def test_steering_works_without_scripts(open_page: Open, shown: tuple[Campaign, Campaign]) -> None:
    page = open_page(f"/campaigns/{shown[1].pk}/", java_script_enabled=False)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled. What was done is kept")).to_be_visible()
    assert Campaign.objects.get(pk=shown[1].pk).state == Campaign.State.CANCELLED


def test_every_chart_is_drawn_by_the_script(open_page: Open, shown: tuple[Campaign, Campaign]) -> None:
    page = open_page(f"/campaigns/{shown[0].pk}/")
    page.get_by_role("link", name="Charts").click()
    expect(page.get_by_role("heading", name="Grade by rank")).to_be_visible()
    places = page.locator("[data-spec]")
    for place in places.all():
        expect(place).to_have_attribute("data-drawn", "", timeout=30_000)
        assert place.locator("svg path").count() > 0
    assert places.count() == 6
