"""A person searches, with real processes and real models, grades what is found, and takes it back."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.dashboard.browser import FLAGS, chromium
from tests.e2e.conftest import Home

pytestmark = pytest.mark.slow

ADDRESS = "http://127.0.0.1:{}"
# Loading a model on a busy machine takes its time.
PATIENT_MS = 300_000
DOCUMENTS = [
    ("tea", "Green tea is steeped for two minutes in water of 80 degrees."),
    ("coffee", "Coffee is ground finely and pressed through with hot water."),
    ("football", "The match ended in a draw after extra time."),
    ("lists", "A list comprehension builds a list from an iterable in Python."),
    ("bees", "Bees collect nectar from flowers and make honey of it."),
    ("violin", "The violin has four strings tuned in fifths."),
]
LABELS = """
    SELECT g.doc_id, g.grade, g.selection, u.username, g.removed_in IS NULL, q.text
    FROM evalhub_goldlabel g JOIN evalhub_querycollection c ON c.id = g.collection_id
    JOIN auth_user u ON u.id = g.graded_by_id
    JOIN evalhub_query q ON q.collection_id = c.id AND q.query_id = g.query_id
    WHERE c.name = 'search box: drinks' ORDER BY g.id
"""
LOADED = "Loading the model and its index took"
HITS = """
    SELECT d.doc_id FROM evalhub_searchhit h JOIN evalhub_search s ON s.id = h.search_id
    JOIN evalhub_system y ON y.id = s.system_id JOIN evalhub_document d ON d.id = h.document_id
    WHERE y.name = ? AND s.text = ? ORDER BY h.rank
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Six documents, a query, two systems by two models."""
    (tmp_path / "corpus.jsonl").write_text(
        "".join(json.dumps({"_id": doc_id, "text": text}) + "\n" for doc_id, text in DOCUMENTS)
    )
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": "q1", "text": "hot drinks"}) + "\n")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\ttea\t1\n")
    body = {
        "name": "drinks",
        "corpus": {"name": "drinks", "path": "corpus.jsonl"},
        "queries": {"name": "head", "path": "queries.jsonl", "qrels": "qrels.tsv"},
        "systems": [
            {"name": "minilm", "embedding_model": "minilm"},
            {"name": "words", "embedding_model": "wordllama", "index": {"kind": "hnsw"}},
        ],
        "raters": [{"name": "people", "kind": "gold"}],
        "cutoff": 5,
    }
    path = tmp_path / "spec.yaml"
    path.write_text(json.dumps(body))
    return path


def test_search_grade_and_undo_through_real_workers(make_home: Callable[[str], Home], spec: Path) -> None:
    home = make_home("searched")
    home.run("up", "--detach")
    home.run("run", spec)
    password = home.run("user", "add", "grace").rpartition("password ")[2].strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(base_url=ADDRESS.format(home.port))
        page.goto("/sign-in/")
        page.get_by_label("User name").fill("grace")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Search", exact=True).click()
        page.get_by_label("Query").fill("how to steep green tea")
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.get_by_text(LOADED)).to_have_count(2, timeout=PATIENT_MS)
        assert home.rows(HITS, "minilm", "how to steep green tea")[0] == ("tea",)
        first = page.locator(".hit").first
        expect(first.locator("mark").first).to_have_text("Green")
        first.focus()
        page.keyboard.press("3")
        expect(page.get_by_text("3, perfect, by grace")).to_have_count(2, timeout=PATIENT_MS)
        assert home.rows(LABELS) == [("tea", 3, "hand-picked", "grace", 1, "how to steep green tea")]
        page.keyboard.press("u")
        expect(page.get_by_text("no grade")).to_have_count(2, timeout=PATIENT_MS)
        assert [row[4] for row in home.rows(LABELS)] == [0]
        # The worker is warm now, and the page says so.
        page.get_by_label("Query").fill("honey")
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.get_by_text("ms.", exact=False)).to_have_count(2, timeout=PATIENT_MS)
        expect(page.get_by_text(LOADED)).to_have_count(0)
        assert home.rows(HITS, "words", "honey")[0] == ("bees",)
        browser.close()
