"""From an empty installation to scores over own files, in a real browser with real workers and models."""

import csv
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from tests.dashboard.browser import FLAGS, chromium
from tests.e2e.conftest import Home, wait_until

pytestmark = pytest.mark.slow

PATIENCE_MS = 300_000
SUBJECTS = ("kettle", "toaster", "lamp", "heater", "fan", "radio", "clock", "blender", "iron", "scale")
DROP = """([zone, name, text]) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name));
    const told = { bubbles: true, cancelable: true, dataTransfer: files };
    for (const kind of ["dragenter", "dragover", "drop"]) zone.dispatchEvent(new DragEvent(kind, told));
}"""

MOST_TABS = 200
# What a person would call the element that has the focus.
FOCUSED = """() => {
  const it = document.activeElement;
  const label = it.labels && it.labels.length ? it.labels[0].innerText : it.innerText;
  return (label || it.value || "").trim();
}"""


class Analyst:
    """Somebody at a browser, who counts clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.n_clicks = 0

    def click(self, name: str, role: str = "button") -> None:
        """One click on what reads so."""
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
        self.n_clicks += 1

    def choose_file(self, label: str, path: Path) -> None:
        """One click on the field, and the dialog of the system."""
        self.page.get_by_label(label).set_input_files(path)
        self.n_clicks += 1

    def choose(self, label: str, option: str) -> None:
        """Two clicks: open the list, take one."""
        self.page.get_by_label(label, exact=True).select_option(option)
        self.n_clicks += 2

    def sees_no_barrier(self, where: str) -> None:
        """The page has no fault that axe finds, and does not scroll sideways."""
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{where}: {found.generate_report()}"
        width = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], where


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A shop's export with columns of its own, and its searches."""
    products, searches = tmp_path / "shop export.csv", tmp_path / "searches.csv"
    with products.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["Artikel", "Bezeichnung", "Langtext", "Farbe"])
        for n in range(60):
            subject = SUBJECTS[n % 10]
            blurb = f"A {subject} for every home. It is made of steel, weighs {n} kg and comes with a cable."
            rows.writerow([f"A-{n:03}", f"{subject} model {n}", blurb, ("red", "blue")[n % 2]])
    with searches.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["Nr", "Suchbegriff"])
        rows.writerows([n, f"{subject} of steel"] for n, subject in enumerate(SUBJECTS))
    return products, searches


@pytest.fixture
def analyst(make_home: Callable[[str], Home]) -> Iterator[Analyst]:
    """At an installation with nothing in it, signed in."""
    home = make_home("home")
    said = home.run("user", "add", "ada")
    password = re.search(r"password (\S+)", said)
    assert password, said
    home.start("up", "--port", home.port)
    base = f"http://127.0.0.1:{home.port}"
    wait_until(lambda: _answers(f"{base}/readyz"), "the installation answers")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(base_url=base, viewport={"width": 1440, "height": 900})
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/")
        page.get_by_label("User name").fill("ada")
        page.get_by_label("Password").fill(password[1])
        page.get_by_role("button", name="Sign in").click()
        yield Analyst(page)
        assert complaints == []
        browser.close()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def test_own_files_to_scores(
    analyst: Analyst, files: tuple[Path, Path], record_property: Callable[[str, object], None]
) -> None:
    page, (products, searches) = analyst.page, files

    analyst.click("Evaluate your own files", "link")
    expect(page.get_by_role("heading", name="New campaign")).to_be_visible()
    analyst.sees_no_barrier("the empty page")

    analyst.choose_file("Upload documents", products)
    expect(page.get_by_role("heading", name="shop export.csv")).to_be_focused()
    expect(page.get_by_label("Document id", exact=True)).to_have_value("Artikel")
    expect(page.get_by_label("Text", exact=True)).to_have_value("Langtext")
    analyst.choose("Title", "Bezeichnung")
    expect(page.get_by_text("60 documents")).to_be_visible()
    analyst.sees_no_barrier("the preview of documents")
    analyst.click("Import these documents")
    expect(page.get_by_text("shop export.csv imported as shop export.")).to_be_visible(timeout=PATIENCE_MS)

    analyst.choose_file("Upload queries", searches)
    expect(page.get_by_label("Text", exact=True)).to_have_value("Suchbegriff")
    analyst.sees_no_barrier("the preview of queries")
    analyst.click("Import these queries")
    expect(page.get_by_text("10 queries imported as searches.")).to_be_visible()
    expect(page.get_by_text("10 queries × top 10 × 2 systems")).to_be_visible()
    expect(page.get_by_text("10 queries can detect a difference of")).to_be_visible()
    analyst.sees_no_barrier("ready")

    analyst.click("Start campaign")
    record_property("clicks", analyst.n_clicks)
    assert analyst.n_clicks == 8
    expect(page.get_by_text("Started. This page follows it")).to_be_visible()
    expect(page.get_by_role("heading", name="Scores by default")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("rowheader", name="minilm-384").first).to_be_visible()
    expect(page.locator(".state.done").first).to_be_visible(timeout=PATIENCE_MS)
    analyst.sees_no_barrier("the result")

    with page.expect_download() as table:
        page.locator("a[href$='scores.csv']").first.click()
    assert "minilm-384" in table.value.path().read_text()
    page.get_by_role("link", name="Query by query").click()
    page.locator("tbody th a").first.click()
    expect(page.get_by_role("region", name="Ranked lists")).to_be_visible()
    page.goto("/campaigns/1/")

    analyst.click("Run again or change", "link")
    # How long things take is known now, and how much systems differ over these queries.
    expect(page.get_by_text("Ready.", exact=True)).to_be_visible()
    expect(page.locator("#summary")).to_contain_text("none done before")
    expect(page.get_by_text("in 1 earlier comparison over these queries")).to_be_visible()
    assert page.locator("#summary").get_by_text("not known yet").count() == 0


def test_from_nothing_to_a_query_with_the_keyboard_alone(analyst: Analyst, files: tuple[Path, Path]) -> None:
    page, keys, chosen = analyst.page, analyst.page.keyboard, list[Path]()
    # From the beginning: a dialog that opens before Playwright listens is closed by the browser.
    page.on("filechooser", lambda dialog: dialog.set_files(chosen.pop()))

    def tab_to(text: str) -> None:
        page.wait_for_load_state("networkidle")  # what follows an import is drawn again
        for _ in range(MOST_TABS):
            keys.press("Tab")
            if page.evaluate(FOCUSED) == text:
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        raise AssertionError(f"no Tab leads to {text!r}")

    def upload(label: str, path: Path, button: str, imported: str) -> None:
        tab_to(label)
        chosen.append(path)
        keys.press("Space")
        expect(page.get_by_role("heading", name=path.name)).to_be_focused()
        tab_to(button)
        keys.press("Enter")
        expect(page.get_by_text(imported)).to_be_visible(timeout=PATIENCE_MS)

    products, searches = files
    tab_to("Evaluate your own files")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="New campaign")).to_be_visible()
    upload("Upload documents", products, "Import these documents", "shop export.csv imported")
    upload("Upload queries", searches, "Import these queries", "10 queries imported")
    tab_to("Start campaign")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Scores by default")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".state.done").first).to_be_visible(timeout=PATIENCE_MS)
    tab_to("Query by query")
    keys.press("Enter")
    first = page.locator("tbody th a").first
    expect(first).to_be_visible()
    tab_to(first.inner_text())
    keys.press("Enter")
    expect(page.get_by_role("region", name="Ranked lists")).to_be_visible()
    # The script that listens to keys shows the button of their sheet.
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    shown = page.url
    keys.press("j")
    page.wait_for_url(lambda address: address != shown)


def test_dropping_files_small_screens_and_the_keyboard(analyst: Analyst, files: tuple[Path, Path]) -> None:
    page = analyst.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/campaigns/new/")
    zone = page.locator(".drop").first.element_handle()
    page.evaluate(DROP, [zone, "<b>hostile.csv", "id,text\n1,<script>alert(1)</script>\n2,\u202egnp.exe\n"])
    expect(page.get_by_role("heading", name="<b>hostile.csv")).to_be_visible()
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    analyst.sees_no_barrier("a narrow page with all of it open")

    # A refused start: the message is read first, what was typed is there, and nothing was started.
    page.get_by_label("Cutoff K").fill("ten")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # looks again, and never starts
    expect(page.get_by_role("heading", name="New campaign")).to_be_visible()
    page.get_by_role("button", name="Start campaign").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Cutoff K")).to_have_value("ten")
    expect(page.locator("#cutoff-error")).to_contain_text("Must be a whole number")
    expect(page.locator("#summary")).to_contain_text("Cutoff: Must be a whole number")
    analyst.sees_no_barrier("a refused start")
    page.get_by_label("Cutoff K").fill("3")
    page.keyboard.press("Tab")
    expect(page.locator("#cutoff-error")).to_have_count(0)

    # A sweep by the keyboard: the list follows, and the box that was ticked keeps the focus.
    wordllama = page.get_by_role("checkbox", name="wordllama", exact=True)
    wordllama.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="1 system to compare")).to_be_visible()
    expect(wordllama).to_be_focused()
    page.get_by_role("checkbox", name="128").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Name of minilm, 128 dimensions")).to_have_value("minilm-128")
    expect(page.locator("#rule-0-system")).to_contain_text("minilm-128")
    page.locator("#as-yaml summary").click()
    expect(page.locator("#as-yaml")).to_contain_text("minilm-128")
    page.get_by_label("Cutoff K").fill("2")
    page.keyboard.press("Tab")
    expect(page.locator("#as-yaml pre")).to_contain_text("cutoff: 2")  # it follows, and stays unfolded
    expect(page.locator("#as-yaml pre")).to_be_visible()
