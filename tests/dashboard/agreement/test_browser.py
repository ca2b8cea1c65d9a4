"""Agreement pages and the passport in a real browser: accessible, narrow, drawn, and by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from evalhub.models import Campaign, HumanGrade, Job, RaterVersion
from evalhub.selectors.agreement.asked import AgreementAsked
from evalhub.selectors.agreement.graders import Grader
from evalhub.services.agreement import agreement_now
from tests.api.workers import work
from tests.dashboard.browser import NARROW, WIDE, Open, chrome, open_page, shown
from tests.dashboard.inputs import HOSTILE, START

pytestmark = pytest.mark.slow

__all__ = ["chrome", "open_page", "shown"]  # fixtures
PAIR = "first=judge%401&second=gold"


@pytest.fixture
def place(shown: tuple[Campaign, Campaign]) -> str:
    """Everything computed, with two people who graded, one of a hostile name."""
    campaign = shown[0]
    collection, snapshot = campaign.collection, campaign.snapshot
    for name, grade in (("ada", 1), (HOSTILE, 2)):
        for query in ("q00", "q01"):
            for document, value in (("d00", grade), ("d01", 3), ("d02", 0)):
                HumanGrade.objects.create(
                    collection=collection,
                    query_id=query,
                    doc_id=document,
                    reviewer_name=name,
                    grade=value,
                    max_grade=3,
                    screen="review",
                    selection="hand-picked",
                    graded_at=START,
                )
    judge = Grader(RaterVersion.objects.select_related("rater").get(rater__name="judge"))
    agreement_now(AgreementAsked(collection, snapshot), now=timezone.now())
    agreement_now(AgreementAsked(collection, snapshot, judge, Grader()), now=timezone.now())
    return f"/agreement/{collection.pk}/"


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_pages_are_accessible_and_never_scroll_sideways(
    open_page: Open, place: str, color_scheme: str, width: int
) -> None:
    page = open_page("/agreement/", width=width, color_scheme=color_scheme)
    rater = RaterVersion.objects.get(rater__name="judge").rater_id
    for address in (
        "/agreement/",
        place,
        f"{place}pair/?{PAIR}",
        f"{place}pair/?{PAIR}&cell=2,2",
        f"/raters/{rater}/versions/1/",
    ):
        page.goto(address)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        for drawing in page.locator("[data-spec]").all():
            expect(drawing).to_have_attribute("data-drawn", "", timeout=60_000)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_report_comes_by_itself_and_a_cell_is_opened_by_keyboard(open_page: Open, place: str) -> None:
    Job.objects.update(state="done")  # what the worker below must leave alone
    page = open_page(f"{place}pair/?first=second%401&second=person%3Aada")
    expect(page.get_by_text("Being computed")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="Who said what")).to_be_visible()
    page.goto(f"{place}pair/?{PAIR}&here=1")
    page.get_by_role("link", name="of the row").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Pairs of this cell")).to_be_visible()
