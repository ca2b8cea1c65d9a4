"""What an analyst does around a result, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from evalhub.models import Campaign, Judgment, WorkUnit
from evalhub.services.campaign_tags import campaign_tag
from tests.dashboard.browser import NARROW, WIDE, Open, chrome, open_page
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import START, make_inputs
from tests.dashboard.repeats import repeated, with_other_lists

pytestmark = pytest.mark.slow

__all__ = ["chrome", "open_page"]  # fixtures
Shown = tuple[Campaign, Campaign]


@pytest.fixture(name="shown")
def repeated_and_running(live_server: object, monkeypatch: pytest.MonkeyPatch) -> Shown:
    """A campaign that was repeated with other lists, and one that runs with problems and a budget."""
    monkeypatch.setattr("evalhub.dispatch.app.send_task", lambda *arguments, **options: None)
    inputs = make_inputs()
    make_campaign(inputs)
    done = repeated(with_other_lists(inputs))
    campaign_tag(done, ["nightly", "release 2"])
    running = make_campaign(inputs, name="live", state=Campaign.State.RUNNING)
    Campaign.objects.filter(pk=running.pk).update(budget_usd=5)
    job = running.jobs.get(label="head by judge")
    WorkUnit.objects.create(job=job, number=1, state="failed", error="no key", available_at=START)
    return done, running


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_accessible_and_never_scrolls_sideways(
    open_page: Open, shown: Shown, color_scheme: str, width: int
) -> None:
    done, running = shown
    page = open_page("/", width=width, color_scheme=color_scheme)
    for address in (
        "/?tag=nightly",
        "/?search=nothing",
        f"/campaigns/{done.pk}/",
        f"/campaigns/{done.pk}/trend/",
        f"/campaigns/{done.pk}/changes/",
        f"/campaigns/{done.pk}/report/",
        f"/campaigns/{running.pk}/",
        f"/campaigns/{running.pk}/so-far/",
        f"/campaigns/{running.pk}/trend/",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_from_the_list_to_the_reason_of_a_change_in_two_clicks(open_page: Open, shown: Shown) -> None:
    page = open_page("/?search=nightly")
    page.get_by_role("link", name="nightly", exact=True).first.click()
    expect(page.get_by_role("heading", name="What changed since last time")).to_be_visible()
    expect(page.get_by_text("the same name, but not the same settings or lists")).to_be_visible()
    page.get_by_text("Queries that moved most").first.click()
    page.locator("#moved-queries tbody a").first.click()
    expect(page.get_by_role("region", name="Ranked lists")).to_be_visible()


def test_filters_and_tags_by_keyboard_alone(open_page: Open, shown: Shown) -> None:
    page = open_page(f"/campaigns/{shown[1].pk}/")
    page.get_by_text("Add tags").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("fresh, night")
    # While it runs the page asks again every two seconds, which must not take the words away.
    with page.expect_response(lambda answer: answer.url.endswith(f"/campaigns/{shown[1].pk}/")):
        WorkUnit.objects.filter(job__kind="rate", number=0).update(n_items_done=77)
    expect(page.get_by_text("77 of 100 pairs")).to_have_count(2)
    expect(page.get_by_label("Tags, with commas")).to_have_value("fresh, night")
    page.keyboard.type("ly")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tagged fresh, nightly.")).to_be_visible()
    page.get_by_role("link", name="fresh").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").locator("tbody tr")).to_have_count(1)
    expect(page.locator("select[name=tag]")).to_have_value("fresh")


def test_scores_so_far_stay_while_progress_moves_and_go_when_it_is_done(
    open_page: Open, shown: Shown
) -> None:
    running = shown[1]
    first = Campaign.objects.earliest("pk")  # over the same systems
    page = open_page(f"/campaigns/{running.pk}/")
    table = page.get_by_role("region", name="Scores so far")
    expect(table).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for n_done in (55, 66):
        WorkUnit.objects.filter(job__kind="rate", number=0).update(n_items_done=n_done)
        expect(page.get_by_text(f"{n_done} of 100 pairs")).to_have_count(2)
        expect(table).to_be_visible()
    polls = [url for url in asked if url.endswith(f"/campaigns/{running.pk}/")]
    # Every ten seconds, not with every poll.
    assert len([url for url in asked if url.endswith("/so-far/")]) < len(polls)
    running.jobs.update(state="done")
    Campaign.objects.filter(pk=running.pk).update(
        state="done", finished_at=START, score_job_id=first.score_job_id
    )
    expect(page.get_by_role("heading", name="Scores by judge")).to_be_visible()
    expect(table).to_have_count(0)


def test_a_cancel_is_taken_back_without_leaving_the_page(open_page: Open, shown: Shown) -> None:
    page = open_page(f"/campaigns/{shown[1].pk}/")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled. What was done is kept")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert Campaign.objects.get(pk=shown[1].pk).state == Campaign.State.RUNNING


def test_the_trend_is_drawn_and_its_picture_can_be_taken_along(open_page: Open, shown: Shown) -> None:
    page = open_page(f"/campaigns/{shown[0].pk}/")
    page.get_by_role("link", name="Trend").click()
    place = page.locator("[data-spec]")
    expect(place).to_have_attribute("data-drawn", "", timeout=30_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="PNG").click()
    assert download.value.suggested_filename == f"campaign-{shown[0].pk}-trend.png"


def test_times_are_in_the_viewers_zone(open_page: Open, shown: Shown) -> None:
    page = open_page(f"/campaigns/{shown[0].pk}/report/", timezone_id="Asia/Tokyo", locale="en-GB")
    expect(page.get_by_text("finished 6 Jan 2026, 18:01")).to_be_visible()
    page.goto("/")
    expect(page.locator("time").first).to_have_attribute("title", "Tuesday, 6 January 2026 at 18:00:00 GMT+9")


def test_the_file_shows_the_same_without_a_server(
    open_page: Open, shown: Shown, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = open_page(f"/campaigns/{shown[0].pk}/report/")
    with page.expect_download() as download:
        page.get_by_role("link", name="download as one HTML file").click()
    kept = tmp_path_factory.mktemp("report") / "report.html"
    download.value.save_as(kept)
    Judgment.objects.all().delete()
    context = page.context.browser.new_context() if page.context.browser else page.context
    alone = context.new_page()
    alone.goto(f"file://{kept}")
    expect(alone.get_by_role("heading", name="The answer")).to_be_visible()
    widths = alone.locator("img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert len(widths) == 6
    assert min(widths) > 100
    assert Axe().run(alone).violations_count == 0
    context.close()
