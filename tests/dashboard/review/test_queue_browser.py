"""The pairs of a review in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from evalhub.models import Campaign
from tests.dashboard.browser import NARROW, WIDE, Open, chrome, open_page, shown
from tests.pipeline.review_campaign import filled

pytestmark = pytest.mark.slow

__all__ = ["chrome", "open_page", "shown"]  # fixtures
LEAST = 360


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW, LEAST])
def test_it_is_accessible_and_never_scrolls_sideways(
    open_page: Open, shown: tuple[Campaign, Campaign], color_scheme: str, width: int
) -> None:
    done, running = shown
    page = open_page(f"/campaigns/{done.pk}/review/", width=width, color_scheme=color_scheme)
    filling = page.locator("#review").inner_text()
    assert "Collecting the pairs" in filling
    assert Axe().run(page).violations_count == 0
    filled(done)
    first = done.campaign_raters.earliest("position").rater_version_id
    for address in (
        f"/campaigns/{running.pk}/review/",
        f"/campaigns/{done.pk}/review/",
        f"/campaigns/{done.pk}/review/?raters={first},0&grades=0,1",
        f"/campaigns/{done.pk}/review/?tag=none&state=unclear",
    ):
        page.goto(address)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_from_the_campaign_to_a_cell_of_the_matrix_by_keyboard(
    open_page: Open, shown: tuple[Campaign, Campaign]
) -> None:
    done, _ = shown
    filled(done)
    page = open_page(f"/campaigns/{done.pk}/")
    page.locator("#to-review").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Table: Pairs")).to_be_visible()
    page.locator("summary", has_text="differ").focus()
    page.keyboard.press("Enter")
    cell = page.locator(".matrix td:not(.same) a").first
    count = cell.inner_text()
    cell.focus()
    page.keyboard.press("Enter")
    noun = "pair" if count == "1" else "pairs"
    expect(page.locator("caption", has_text=f"{count} {noun}; the gap")).to_be_visible()
    expect(page.locator(".matrix [aria-current]")).to_have_text(count)
    page.get_by_label("Order by").select_option("random")
    page.get_by_label("Order by").press("Tab")
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("order=random.*grades="))
