"""What a team does, in a real browser: every page whole, and the keyboard is enough."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from evalhub.models import (
    ApiToken,
    Campaign,
    Delivery,
    DeliveryAttempt,
    Invitation,
    Schedule,
    ScheduleRun,
    Webhook,
)
from evalhub.services.invitations import invitation_make
from tests.dashboard.browser import NARROW, Open, chrome, open_page, shown
from tests.hook_rows import make_alert, make_delivery
from tests.people import person

pytestmark = pytest.mark.slow

__all__ = ["chrome", "open_page", "shown"]  # fixtures
TELEPHONE = 360
MOST_TABS = 80
SPEC = {"name": "nightly", "systems": [{"name": "minilm", "embedding_model": "minilm"}], "cutoff": 5}
NAME = """() => {
    const one = document.activeElement;
    return one.getAttribute("aria-label") || one.labels?.[0]?.innerText.trim() || one.innerText.trim();
}"""


@pytest.fixture
def sent(shown: tuple[Campaign, Campaign]) -> Delivery:
    """A message that nobody took, to a destination with a long address."""
    delivery = make_delivery(shown[0].workspace)
    Webhook.objects.filter(pk=delivery.webhook_id).update(url="https://ci.example.org/" + "evalhub" * 30)
    DeliveryAttempt.objects.create(
        delivery=delivery,
        number=1,
        began_at=timezone.now(),
        duration_s=0.1,
        error="ConnectError: [Errno 111] Connection refused",
    )
    return delivery


@pytest.fixture
def schedule(shown: tuple[Campaign, Campaign]) -> Schedule:
    """A schedule with an alert and two times that are done."""
    done = shown[0]
    made = make_alert(done.workspace, done.spec).schedule
    now = timezone.now()
    ScheduleRun.objects.filter(schedule=made).update(campaign=done)
    ScheduleRun.objects.create(
        schedule=made, due_at=now, started_at=now, state="skipped", reason="the one before still ran"
    )
    return made


def _addresses(done: Campaign, sent: Delivery, schedule: Schedule) -> list[str]:
    return [
        "/members/",
        "/tokens/",
        "/audit/",
        "/notifications/",
        f"/notifications/{sent.webhook_id}/",
        "/schedules/",
        f"/schedules/{schedule.pk}/",
        f"/schedules/new/?campaign={done.pk}",
    ]


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_telephone(
    open_page: Open, shown: tuple[Campaign, Campaign], sent: Delivery, schedule: Schedule, color_scheme: str
) -> None:
    _, text = invitation_make(shown[0].workspace, "reviewer", person("ada"), now=timezone.now())
    page = open_page(f"/join/{text}/", width=TELEPHONE, sign_in=False, color_scheme=color_scheme)
    _is_whole(page, "/join/")
    page = open_page("/", width=TELEPHONE, color_scheme=color_scheme)
    for address in _addresses(shown[0], sent, schedule):
        page.goto(address)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        _is_whole(page, address)


def _is_whole(page: Page, address: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{address}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE, address


def test_a_member_is_invited_by_keyboard(open_page: Open) -> None:
    page = open_page("/members/")
    _tab_to(page, "Role", "[name=role][aria-describedby]")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "Make a link")
    page.keyboard.press("Enter")
    expect(page.locator("#made")).to_be_focused()
    link = page.locator("#once").inner_text()
    assert "/join/" in link
    assert Invitation.objects.get().role == "reviewer"
    invited = open_page(link, sign_in=False)
    expect(invited.get_by_label("User name")).to_be_focused()
    invited.keyboard.type("eve")
    invited.keyboard.press("Tab")
    invited.keyboard.type("fermats-little")
    invited.keyboard.press("Enter")
    expect(invited.get_by_text("you are reviewer here")).to_be_visible()


def test_a_token_is_made_and_copied_by_keyboard(open_page: Open) -> None:
    page = open_page("/tokens/", permissions=["clipboard-read", "clipboard-write"])
    _tab_to(page, "Name")
    page.keyboard.type("ci")
    _tab_to(page, "Make a token")
    page.keyboard.press("Enter")
    expect(page.locator("#made")).to_be_focused()
    _tab_to(page, "Copy")
    page.keyboard.press("Enter")
    expect(page.locator("#copied")).to_have_text("Copied.")
    assert re.fullmatch(r"evh_[\w-]{20,}", page.evaluate("navigator.clipboard.readText()"))
    assert ApiToken.objects.get().name == "ci"


def test_a_schedule_is_made_by_keyboard(open_page: Open, shown: tuple[Campaign, Campaign]) -> None:
    Campaign.objects.filter(pk=shown[0].pk).update(spec=SPEC)
    page = open_page(f"/campaigns/{shown[0].pk}/", timezone_id="Europe/Berlin", forgiven="400")
    _tab_to(page, "Repeat this")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    _tab_to(page, "Name of the schedule")
    page.keyboard.press("Control+a")
    page.keyboard.type("weekdays")
    _tab_to(page, "or by a cron expression")
    page.keyboard.type("soon")
    page.keyboard.press("Enter")
    wrong = page.get_by_label("or by a cron expression")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#cron-fault")).to_contain_text("minute hour day month weekday")
    expect(wrong).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("0 5 * * MON-FRI")
    page.keyboard.press("Enter")
    expect(page.get_by_text("At 05:00 on Monday through Friday in Europe/Berlin")).to_be_visible()
    assert Schedule.objects.get().name == "weekdays"


def test_a_message_is_sent_again_by_keyboard(open_page: Open, sent: Delivery) -> None:
    page = open_page("/notifications/", width=NARROW)
    _tab_to(page, "theirs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Messages")).to_be_visible()
    _tab_to(page, f"Send test of {sent.created_at:%H:%M} again")
    page.keyboard.press("Enter")
    expect(page.get_by_text("on its way once more")).to_be_visible()
    assert Delivery.objects.get(copy_of=sent).payload == sent.payload


def _tab_to(page: Page, name: str, also: str = "*") -> None:
    """Press Tab until the focus, which must be seen on the way, rests on what is called so."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate(NAME)
        is_it = page.evaluate("also => document.activeElement.matches(also)", also)
        if is_it and str(page.evaluate(NAME)).splitlines()[:1] == [name]:
            return
    pytest.fail(f"Tab never reaches {name}")
