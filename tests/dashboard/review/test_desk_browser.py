"""The review screen in a real browser: by keyboard alone, two people at once, a server that is away, axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from evalhub.models import Campaign, Document, HumanGrade, ReviewItem, ReviewQueue, ReviewTurn
from evalhub.selectors.review.chosen import Chosen, chosen_items
from evalhub.services.review.grades import Said, grade_give
from tests.dashboard.inputs import LONG_TEXT

# Fixtures of the other browser tests.
from tests.dashboard.test_browser import NARROW, WIDE, Open, chrome, open_page, shown  # noqa: F401
from tests.people import person
from tests.review_rows import make_queue

pytestmark = pytest.mark.slow

PATIENT_MS = 30_000  # a machine may be busy
N_PAIRS = 50
CURRENT = ".pair:not([hidden])"


@pytest.fixture
def queue(shown: tuple[Campaign, Campaign]) -> ReviewQueue:  # noqa: F811
    queue = make_queue(shown[0], guidelines="Grade what the text says, not what you know.")
    add_pairs(queue, N_PAIRS + 10)
    return queue


def add_pairs(queue: ReviewQueue, n: int) -> None:
    """Until there are so many: other documents for the same queries."""
    known = set(queue.items.values_list("query", "document"))
    queries = queue.campaign.collection.queries.all()
    pairs = [(q.pk, d.pk) for q in queries for d in Document.objects.all() if (q.pk, d.pk) not in known]
    ReviewItem.objects.bulk_create(
        ReviewItem(
            queue=queue,
            query_id=query,
            document_id=document,
            swing=0.01,
            influence=1e-5 / (1 + at),
            tie_break=at,
        )
        for at, (query, document) in enumerate(pairs[: n - len(known)])
    )


def address(queue: ReviewQueue, rest: str = "pair/") -> str:
    return f"/campaigns/{queue.campaign_id}/review/{rest}"


def current(page: Page) -> str:
    """The key of the pair in hand; the page must have scripts running."""
    return page.locator(CURRENT).get_attribute("data-item") or ""


def ready(page: Page) -> None:
    expect(page.locator("#desk[data-ready]")).to_be_attached()


def all_sent(page: Page) -> None:
    expect(page.locator('#desk[data-waiting="0"]')).to_be_attached(timeout=PATIENT_MS)


def given(username: str) -> dict[int, int | None]:
    rows = HumanGrade.objects.filter(reviewer__username=username, withdrawn_at=None)
    return dict(rows.values_list("item", "grade"))


def test_fifty_pairs_by_keyboard_alone(open_page: Open, queue: ReviewQueue) -> None:  # noqa: F811
    page = open_page(address(queue))
    ready(page)
    said: dict[int, int] = {}
    for number in range(N_PAIRS):
        expect(page.locator(CURRENT)).to_have_count(1, timeout=PATIENT_MS)
        key = current(page)
        assert int(key) not in said
        said[int(key)] = number % 4
        page.keyboard.press(str(number % 4))
        expect(page.locator(f'.pair[data-item="{key}"]')).to_be_hidden()
    all_sent(page)
    assert given("ada") == said
    assert list(said) == [item.pk for item in chosen_items(queue, Chosen())[:N_PAIRS]]
    expect(page.locator("#standing")).to_contain_text(f"{queue.items.count() - N_PAIRS} left")
    expect(page.get_by_role("status", name="The pair before")).to_contain_text("You said 1")
    times = page.evaluate("performance.getEntriesByName('review-next').map((one) => one.duration)")
    times.sort()
    print(f"\nkey to next pair: median {times[len(times) // 2]:.1f} ms, longest {times[-1]:.1f} ms")  # noqa: T201
    assert len(times) == N_PAIRS


class Gate:
    """Between a page and the review's addresses: closed, nothing is answered."""

    def __init__(self, page: Page) -> None:
        self.is_closed = True
        self.held: list[Route] = []
        page.route("**/review/**", self.handle)

    def handle(self, route: Route) -> None:
        if self.is_closed:
            self.held.append(route)
        else:
            route.continue_()

    def open(self) -> None:
        self.is_closed = False
        while self.held:
            self.held.pop(0).continue_()


def test_the_next_pair_waits_for_no_request(open_page: Open, queue: ReviewQueue) -> None:  # noqa: F811
    page = open_page(address(queue))
    ready(page)
    gate = Gate(page)
    keys = [current(page)]
    for digit in "213":
        page.keyboard.press(digit)
        expect(page.locator(f'.pair[data-item="{keys[-1]}"]')).to_be_hidden()
        keys.append(current(page))
    assert len(set(keys)) == 4
    assert not HumanGrade.objects.exists()
    assert gate.held
    gate.open()
    all_sent(page)
    assert given("ada") == {int(key): int(digit) for key, digit in zip(keys, "213", strict=False)}


def test_every_key_does_what_the_sheet_says(open_page: Open, queue: ReviewQueue) -> None:  # noqa: F811
    page = open_page(address(queue))
    ready(page)
    items = [str(item.pk) for item in chosen_items(queue, Chosen())[:6]]
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("2")  # the page rests
    page.keyboard.press("Escape")
    assert current(page) == items[0]
    page.keyboard.press("ArrowRight")
    assert current(page) == items[1]
    page.keyboard.press("ArrowLeft")
    assert current(page) == items[0]
    page.keyboard.press("c")
    page.keyboard.type("1 s l u x ?")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("s")
    page.keyboard.press("l")
    page.keyboard.press("x")
    page.keyboard.type("in Greek")
    page.keyboard.press("Enter")
    assert current(page) == items[4]
    page.keyboard.press("3")
    page.keyboard.press("u")
    assert current(page) == items[4]
    page.keyboard.press("u")
    assert current(page) == items[3]
    all_sent(page)
    states = dict(ReviewTurn.objects.values_list("item", "state"))
    assert [states[int(key)] for key in items[:5]] == ["graded", "skipped", "later", "held", "held"]
    assert HumanGrade.objects.get(withdrawn_at=None).comment == "1 s l u x ?"
    # After a reload the server still knows what came before.
    page.reload()
    ready(page)
    page.keyboard.press("u")
    expect(page.locator(f'{CURRENT}[data-item="{items[2]}"]')).to_be_visible()
    assert ReviewTurn.objects.get(item=items[2]).state == "held"


def test_a_long_text_opens_whole_on_a_key(open_page: Open, queue: ReviewQueue) -> None:  # noqa: F811
    item = ReviewItem.objects.filter(document__text=LONG_TEXT)[0]
    page = open_page(address(queue, f"pair/?item={item.pk}"))
    ready(page)
    assert len(page.locator(f"{CURRENT} .body .text").inner_text()) < 4_000
    page.keyboard.press("w")
    expect(page.locator(f"{CURRENT} .whole")).to_contain_text("Next part")
    expect(page.locator(f"{CURRENT} .body > .text")).to_be_hidden()
    page.keyboard.press("w")
    expect(page.locator(f"{CURRENT} .body > .text")).to_be_visible()


def test_two_reviewers_at_once_never_meet(
    open_page: Open,  # noqa: F811
    queue: ReviewQueue,
) -> None:
    pages = {name: open_page(address(queue), user=name) for name in ("ada", "bob")}
    seen: dict[str, list[str]] = {name: [] for name in pages}
    for page in pages.values():
        ready(page)
    for _ in range(15):
        for name, page in pages.items():
            expect(page.locator(CURRENT)).to_have_count(1, timeout=PATIENT_MS)
            seen[name].append(current(page))
            page.keyboard.press("1")
    for page in pages.values():
        all_sent(page)
    assert len({*seen["ada"], *seen["bob"]}) == 30
    assert {int(key) for key in seen["ada"]} == set(given("ada"))
    assert {int(key) for key in seen["bob"]} == set(given("bob"))
    assert ReviewItem.objects.filter(state="settled").count() == 30


def test_two_tabs_send_a_grade_once(open_page: Open, queue: ReviewQueue) -> None:  # noqa: F811
    page = open_page(address(queue), forgiven="net::ERR_FAILED")
    ready(page)
    page.route("**/grade*", lambda route: route.abort())
    page.keyboard.press("2")
    page.keyboard.press("3")
    waiting = page.locator("#waiting")
    expect(waiting).to_contain_text("2 grades waiting for the server", timeout=PATIENT_MS)
    other = page.context.new_page()
    other.goto(address(queue))
    ready(other)
    page.unroute("**/grade*")
    all_sent(other)
    expect(waiting).to_be_hidden(timeout=PATIENT_MS)
    assert sorted(given("ada").values()) == [2, 3]
    assert HumanGrade.objects.count() == 2


def test_the_end_leads_on(open_page: Open, queue: ReviewQueue) -> None:  # noqa: F811
    items = list(chosen_items(queue, Chosen()))
    ReviewItem.objects.filter(pk__in=[item.pk for item in items[3:]]).delete()
    page = open_page(address(queue))
    ready(page)
    for _ in range(3):
        page.keyboard.press("1")
    expect(page.get_by_role("heading", name="Nothing is left for you")).to_be_visible(timeout=PATIENT_MS)
    expect(page.get_by_text("3 of 3 pairs are settled")).to_be_visible(timeout=PATIENT_MS)
    page.keyboard.press("u")
    expect(page.locator(CURRENT)).to_have_count(1)
    page.keyboard.press("2")
    all_sent(page)
    assert sorted(given("ada").values()) == [1, 1, 2]


def test_adjudication_by_keyboard(open_page: Open, queue: ReviewQueue) -> None:  # noqa: F811
    users = [person(name) for name in ("ada", "bob")]
    items = list(chosen_items(queue, Chosen())[:2])
    for item in items:
        for at, user in enumerate(users):
            grade_give(item, user, Said(at), now=timezone.now())
    page = open_page(address(queue, "differ/"))
    page.wait_for_load_state("networkidle")
    page.keyboard.press("1")
    page.keyboard.type("the 2nd line says so")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is settled at 1.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("u")
    expect(page.get_by_text("1 of 2")).to_be_visible()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW, 360])
def test_the_pages_are_accessible_and_never_scroll_sideways(
    open_page: Open,  # noqa: F811
    queue: ReviewQueue,
    color_scheme: str,
    width: int,
) -> None:
    users = [person(name) for name in ("ada", "bob")]
    item = chosen_items(queue, Chosen())[5]
    for at, user in enumerate(users):
        grade_give(item, user, Said(at), now=timezone.now())
    page = open_page(address(queue), width=width, color_scheme=color_scheme)
    ready(page)
    _looks_good(page, width)
    page.keyboard.press("2")
    expect(page.get_by_role("status", name="The pair before")).to_contain_text("You said 2")
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    _looks_good(page, width)
    page.keyboard.press("?")
    _looks_good(page, width)
    for rest in ("differ/", f"items/{item.pk}/", "people/", "pair/?tag=nothing+has+it"):
        page.goto(address(queue, rest))
        page.wait_for_load_state("networkidle")
        _looks_good(page, width)


def _looks_good(page: Page, width: int) -> None:
    report = Axe().run(page)
    assert report.violations_count == 0, f"{page.url}: {report.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
