"""The page of a corpus profile."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from evalhub.models import CorpusProfile, EmbeddingModel, Job
from tests.dashboard.inputs import HOSTILE, Inputs
from tests.dashboard.inputs_pages.profiles import MINILM, make_profile
from tests.dashboard.markup import tables, text

MaxQueries = Callable[[int], AbstractContextManager[Any]]
MOST_QUERIES = 12


@pytest.fixture
def address(inputs: Inputs) -> str:
    return f"/corpora/{inputs.snapshot.corpus_id}/profile/"


def test_before_there_is_one_it_says_what_it_is_for(signed_in: Client, address: str) -> None:
    page = text(signed_in.get(address))
    assert "Know your data before you choose a model" in page
    assert "Profile this corpus" in page


def test_a_profile_shows_its_figures_and_what_to_know(
    signed_in: Client, inputs: Inputs, address: str, django_assert_max_num_queries: MaxQueries
) -> None:
    make_profile(inputs.snapshot, inputs.collection)
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get(address)

    shown = text(page)
    # 6 of 24 documents are longer than 256 tokens; 4 of 24 are German, of which the card says nothing.
    assert "minilm reads 256 tokens; 25% of the documents are longer" in shown
    assert "minilm's card names the languages en; documents here also seem to be in de (17%)" in shown
    assert "1 document is empty" in shown
    assert "3 documents (12%) repeat the text of another" in shown
    assert (
        "share 90% of their telling words with the document that has most of them: keyword search (BM25)"
        in shown
    )
    (models,) = tables(page, "Tokens by each model's own")
    assert models == [["minilm", "256", "6 25%", "8", "300", "402", "en", "24"]]
    for title in ("Lengths", "Lengths in tokens", "Languages", "Nearest other document"):
        assert title in shown


def test_the_threshold_works_on_what_is_stored(signed_in: Client, inputs: Inputs, address: str) -> None:
    make_profile(inputs.snapshot)

    def near(threshold: str) -> str:
        return text(signed_in.get(f"{address}?from={threshold}"))

    assert "6 of 24 documents (25.0%) have another at 0.95 or nearer" in text(signed_in.get(address))
    assert "8 of 24 documents (33.3%) have another at 0.80 or nearer" in near("80")
    assert "2 pairs of different texts" in near("80")
    assert "4 of 24 documents (16.6%) have another at 1.00 or nearer" in near("100")
    assert "of different texts" not in near("100")
    # Nonsense is no threshold, and what is out of bounds is moved into them.
    assert "at 0.95 or nearer" in near("much")
    assert "at 1.00 or nearer" in near("9999")


@pytest.mark.parametrize("name", ["lengths", "tokens", "languages", "overlap", "nearest"])
def test_every_chart_comes_in_every_form(signed_in: Client, inputs: Inputs, address: str, name: str) -> None:
    make_profile(inputs.snapshot, inputs.collection)

    spec = json.loads(signed_in.get(f"{address}{name}.json").content)
    assert "http" not in json.dumps({key: value for key, value in spec.items() if key != "$schema"})
    assert b"<svg" in signed_in.get(f"{address}{name}.svg").content
    assert signed_in.get(f"{address}{name}.png").content.startswith(b"\x89PNG")
    rows = list(csv.DictReader(io.StringIO(signed_in.get(f"{address}{name}.csv").content.decode())))
    counted = "queries" if name == "overlap" else "documents"
    total = {"lengths": 48, "tokens": 24, "languages": 24, "overlap": 12, "nearest": 24}[name]
    assert sum(int(row[counted]) for row in rows) == total


def test_a_name_that_a_spreadsheet_would_run_is_no_formula(
    signed_in: Client, inputs: Inputs, address: str
) -> None:
    make_profile(inputs.snapshot, name='=HYPERLINK("x")')
    assert "'=HYPERLINK" in signed_in.get(f"{address}tokens.csv").content.decode()


def test_hostile_names_are_inert(signed_in: Client, inputs: Inputs, address: str) -> None:
    make_profile(inputs.snapshot, name=HOSTILE)
    page = signed_in.get(address)

    assert "<script>alert" not in page.content.decode()
    assert HOSTILE in text(page)


def test_while_it_runs_the_page_polls_and_then_draws(signed_in: Client, inputs: Inputs, address: str) -> None:
    profile = make_profile(inputs.snapshot, state="running")
    page = signed_in.get(address)
    assert "24 of 48 documents" in text(page)
    assert 'hx-trigger="every 2s"' in page.content.decode()
    poll = signed_in.get(f"{address}?poll=1", headers={"HX-Request": "true"})
    assert "<html" not in poll.content.decode()

    Job.objects.filter(profile=profile).update(state="done")
    poll = signed_in.get(f"{address}?poll=1", headers={"HX-Request": "true"})
    assert poll["HX-Refresh"] == "true"
    assert "every 2s" not in signed_in.get(address).content.decode()


def test_a_profile_that_failed_says_why(signed_in: Client, inputs: Inputs, address: str) -> None:
    make_profile(inputs.snapshot, state="failed")
    assert "The profile failed: out of memory" in text(signed_in.get(address))


def test_asking_for_a_profile(signed_in: Client, inputs: Inputs, address: str) -> None:
    EmbeddingModel.objects.update(spec=MINILM)
    answer = signed_in.post(f"{address}start", {"collection": inputs.collection.pk})

    assert answer.status_code == 302
    profile = CorpusProfile.objects.get()
    assert (profile.collection, profile.snapshot) == (inputs.collection, inputs.snapshot)
    assert Job.objects.get(profile=profile).state == "waiting"
    assert "Waits for a worker" in text(signed_in.get(address))
    signed_in.post(f"{address}start", {"collection": inputs.collection.pk})
    assert CorpusProfile.objects.count() == 1
    signed_in.post(f"{address}start", {"collection": ""})
    assert CorpusProfile.objects.filter(collection=None).count() == 1


@pytest.mark.parametrize("path", ["nothing.svg", "tokens.exe", "tokens.svg"])
def test_what_is_not_there_is_not_found(signed_in: Client, address: str, path: str) -> None:
    assert signed_in.get(address + path).status_code == 404
