"""Agreement pages: asked for, computed by a worker, shown, and looked into cell by cell."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evalhub.models import AgreementReport, Campaign, HumanGrade, Job, RaterVersion
from evalhub.selectors.agreement.asked import AgreementAsked, agreement_asked
from evalhub.selectors.agreement.graders import Grader
from evalhub.selectors.rater_report import Asked, rater_report
from evalhub.services.agreement import agreement_now
from tests.api.workers import work
from tests.dashboard.inputs import HOSTILE, START, Inputs
from tests.dashboard.markup import tables, text
from tests.review_rows import make_queue

MaxQueries = Callable[[int], AbstractContextManager[Any]]
MOST_QUERIES = 12
PAIR = "first=judge%401&second=gold"


@pytest.fixture(autouse=True)
def _nobody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evalhub.dispatch._send", lambda *message: None)


@pytest.fixture
def place(inputs: Inputs, campaign: Campaign) -> str:
    """The address of the collection's agreement."""
    return f"/agreement/{inputs.collection.pk}/"


@pytest.fixture
def computed(inputs: Inputs, campaign: Campaign) -> dict[str, Any]:
    """The report of the judge against gold labels."""
    judge = Grader(inputs.raters[0])
    asked = agreement_asked(inputs.collection, inputs.snapshot, judge, Grader(), None)
    agreement_now(AgreementAsked(inputs.collection, inputs.snapshot), now=timezone.now())
    return dict(agreement_now(asked, now=timezone.now()).figures or {})


def say(inputs: Inputs, name: str, grade: int) -> None:
    """A person gives the first four documents of the first two queries a grade, and one another."""
    for query in inputs.queries[:2]:
        for at, document in enumerate(inputs.documents[:4]):
            HumanGrade.objects.create(
                collection=inputs.collection,
                query_id=query.query_id,
                doc_id=document.doc_id,
                reviewer_name=name,
                grade=grade if at else 3,
                max_grade=3,
                screen="review",
                selection="hand-picked",
                graded_at=START,
            )


def test_a_page_asks_for_its_report_and_shows_it_once_a_worker_was_there(
    signed_in: Client, inputs: Inputs, place: str
) -> None:
    first = signed_in.get(f"{place}pair/?{PAIR}")
    assert "Nobody has looked at these two yet" in text(first)
    everybody = text(signed_in.get(place))
    assert (
        "How far everybody agrees with the gold labels, and each with each, was not computed yet" in everybody
    )
    assert "these two" not in everybody
    assert 'hx-trigger="load"' in first.content.decode()
    assert not Job.objects.filter(kind="agreement").exists()  # looking changes nothing
    answer = signed_in.post(f"{place}ask?{PAIR}")
    assert answer["Location"].startswith(f"{place}pair/?first=judge%401")
    waiting = signed_in.get(f"{place}pair/?{PAIR}")
    assert "Being computed" in text(waiting)
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    Job.objects.exclude(kind="agreement").update(state="done")
    work()
    poll = signed_in.get(f"{place}pair/?{PAIR}", headers={"HX-Request": "true"})
    assert poll["HX-Refresh"] == "true"
    rows = {row[0]: row for row in tables(signed_in.get(f"{place}pair/?{PAIR}"), "95% intervals: ")[0]}
    found = rater_report(Asked(inputs.raters[0], inputs.collection, inputs.snapshot))["figures"]
    for name in ("accuracy", "kappa", "kappa_quadratic", "alpha_ordinal", "kappa>=2"):
        assert rows[name][1] == f"{found[name]['value']:.4f}".replace("-", "−")


def test_it_is_computed_once_and_anew_when_something_was_graded(
    signed_in: Client, inputs: Inputs, place: str, computed: dict[str, Any]
) -> None:
    signed_in.post(f"{place}ask?{PAIR}")
    assert not Job.objects.filter(kind="agreement").exists()
    say(inputs, "ada", 1)
    page = signed_in.get(f"{place}pair/?{PAIR}")
    assert "Something was graded since" in text(page)
    assert tables(page, "95% intervals: ")  # what is known is shown meanwhile
    signed_in.post(f"{place}ask?{PAIR}")
    assert Job.objects.filter(kind="agreement").count() == 1


def test_a_cell_leads_to_its_pairs(signed_in: Client, place: str, computed: dict[str, Any]) -> None:
    n = computed["confusion"][2][2]
    assert n > 0
    page = signed_in.get(f"{place}pair/?{PAIR}&cell=2,2")
    (listed,) = tables(page, f"{n} pairs are kept")
    assert len(listed) == n
    assert f"{n} pairs are kept" in text(page)


def test_a_cell_leads_to_the_review_of_a_campaign_that_has_both(
    signed_in: Client, campaign: Campaign, inputs: Inputs, place: str, computed: dict[str, Any]
) -> None:
    make_queue(campaign)
    review = f"/campaigns/{campaign.pk}/review/?raters={inputs.raters[0].pk},0"
    page = signed_in.get(f"{place}pair/?{PAIR}").content.decode()
    assert f'href="{review}&amp;grades=2,2"' in page
    assert signed_in.get(f"{review}&grades=2,2").status_code == 200
    assert review not in signed_in.get(f"{place}pair/?{PAIR}&here=1").content.decode()


def test_all_graders_are_there_the_best_first_with_links(
    signed_in: Client, inputs: Inputs, place: str, computed: dict[str, Any]
) -> None:
    say(inputs, "ada", 1)
    say(inputs, HOSTILE, 2)
    agreement_now(AgreementAsked(inputs.collection, inputs.snapshot), now=timezone.now())
    page = signed_in.get(place)
    (rows,) = tables(page, "Against gold labels")
    values = [float(row[2].split()[0].replace("−", "-")) for row in rows if row[2] != "–"]
    assert values == sorted(values, reverse=True)
    assert {row[0] for row in rows} == {"judge@1", "second@1", "ada", HOSTILE}
    assert "People among themselves" in text(page)
    assert HOSTILE not in page.content.decode()
    (matrix,) = tables(page, "Quadratic kappa on")
    assert len(matrix) == 5  # gold labels too
    assert "first=person%3Aada" in page.content.decode()


def test_person_against_person(signed_in: Client, inputs: Inputs, place: str) -> None:
    say(inputs, "ada", 1)
    say(inputs, "bob", 2)
    question = "first=person%3Aada&second=person%3Abob"
    signed_in.post(f"{place}ask?{question}")
    Job.objects.exclude(kind="agreement").update(state="done")
    work()
    page = signed_in.get(f"{place}pair/?{question}")
    (matrix,) = tables(page, "Pairs by both grades")
    head, *rows = matrix
    assert (head, [row[0] for row in rows]) == (["0", "1", "2", "3"], ["0", "1", "2", "3", "all"])
    assert rows[1][3] == "6100.0%"  # ada says 1 where bob says 2, and always then
    assert rows[3][4] == "2100.0%"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("pair/?first=judge%401&second=judge%401", "against itself says nothing"),
        ("pair/?first=gold", "against itself says nothing"),
    ],
)
def test_nothing_is_computed_of_one_grader(signed_in: Client, place: str, address: str, words: str) -> None:
    page = signed_in.get(f"{place}{address}")
    assert (page.status_code, words in text(page)) == (200, True)
    signed_in.post(f"{place}ask?{address.partition('?')[2]}")
    assert not AgreementReport.objects.exists()


@pytest.mark.parametrize("first", ["nobody", "person:nobody", "judge@9"])
def test_a_grader_that_is_not_there_is_a_404(signed_in: Client, place: str, first: str) -> None:
    assert signed_in.get(f"{place}pair/", {"first": first}).status_code == 404


def test_a_collection_that_nobody_graded_says_what_to_do(signed_in: Client, inputs: Inputs) -> None:
    page = text(signed_in.get(f"/agreement/{inputs.collection.pk}/"))
    assert "Nobody has graded pairs of this collection yet" in page
    assert "evalhub rater import-table" in page


@pytest.mark.parametrize(
    ("name", "form", "kind"),
    [
        ("figures", "svg", "image/svg+xml"),
        ("graders", "csv", "text/csv"),
        ("calibration", "json", "application"),
    ],
)
def test_charts_come_along(
    signed_in: Client, place: str, computed: dict[str, Any], name: str, form: str, kind: str
) -> None:
    answer = signed_in.get(f"{place}charts/{name}.{form}?{PAIR}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(kind)


def test_pages_ask_the_database_a_bounded_number_of_times(
    signed_in: Client,
    inputs: Inputs,
    place: str,
    computed: dict[str, Any],
    django_assert_max_num_queries: MaxQueries,
) -> None:
    version = inputs.raters[0]
    for address in (
        "/agreement/",
        place,
        f"{place}pair/?{PAIR}",
        f"{place}pair/?{PAIR}&cell=2,2",
        f"/raters/{version.rater_id}/versions/1/",
    ):
        signed_in.get(address)
        with django_assert_max_num_queries(MOST_QUERIES):
            assert signed_in.get(address).status_code == 200


def test_a_passport_has_quality_cost_and_who_relies_on_it(
    signed_in: Client, inputs: Inputs, campaign: Campaign, computed: dict[str, Any]
) -> None:
    version = inputs.raters[0]
    page = signed_in.get(f"/raters/{version.rater_id}/versions/1/")
    (quality,) = tables(page, "95% intervals over")
    assert quality[0][0] == "head"
    assert quality[0][1].startswith(f"{computed['figures']['kappa_quadratic']['value']:.4f}")
    assert "never asked twice" in quality[0][6]
    assert "nightly" in text(page)
    inputs.collection.gold_version += 1
    inputs.collection.save()
    assert "labels have changed since" in text(signed_in.get(f"/raters/{version.rater_id}/versions/1/"))


def test_a_version_is_promoted_retired_and_brought_back(signed_in: Client, inputs: Inputs) -> None:
    first = inputs.raters[0]
    second = RaterVersion.objects.create(
        workspace=first.workspace,
        rater=first.rater,
        number=2,
        kind="local-llm",
        max_grade=3,
        spec={},
        digest="2",
    )
    address = f"/raters/{first.rater_id}/versions/"
    said = signed_in.post(f"{address}1/promote", follow=True)
    assert "The name judge means version 1 in new campaigns" in text(said)
    assert "use version 1" in text(signed_in.get(f"{address}2/"))
    assert "Bring back" in text(signed_in.post(f"{address}1/retire", follow=True))
    second.refresh_from_db()
    assert "use this version" in text(signed_in.get(f"{address}2/"))
    signed_in.post(f"{address}1/bring-back")
    assert "use this version: it was promoted" in text(signed_in.get(f"{address}1/"))
    assert signed_in.post(f"{address}1/explode").status_code == 404


@pytest.mark.parametrize("question", ["gold_max=101", "gold_max=999999999999&first=judge%401&second=gold"])
def test_a_scale_too_large_for_a_table_is_no_scale(signed_in: Client, place: str, question: str) -> None:
    assert signed_in.post(f"{place}ask?{question}").status_code == 404
    assert not Job.objects.filter(kind=Job.Kind.AGREEMENT).exists()
