"""Grades on the spot: on the cards, and as gold labels."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from evalhub.models import GoldLabel, Search
from tests.dashboard.inputs import START, Inputs
from tests.dashboard.markup import text
from tests.dashboard.searches import HTMX, beside, make_search
from tests.people import person

MaxQueries = Callable[[int], AbstractContextManager[Any]]
NEVER_LATE = START + timedelta(days=36_500)


def test_grading_shows_in_every_list_that_has_the_document(
    signed_in: Client, built: Inputs, pair: tuple[Search, Search], django_assert_max_num_queries: MaxQueries
) -> None:
    document = built.documents[2]
    given = {"document": document.pk, "grade": 2, "lists": f"{pair[0].pk}-{pair[1].pk}"}
    answer = signed_in.post(f"/search/{pair[1].pk}/grade", given, headers=HTMX)
    cards = answer.content.decode()
    for search in pair:
        assert f'<form id="grade-{search.pk}-{document.pk}"' in cards
    assert cards.count('hx-swap-oob="true"') == 2
    assert cards.count('aria-pressed="true"') == 2
    assert "2, useful, by <bdi>ada</bdi>" in cards
    label = GoldLabel.objects.get(collection__name="search box: python-docs")
    assert (label.doc_id, label.grade, label.selection) == (document.doc_id, 2, "hand-picked")
    assert label.graded_by is not None
    assert label.graded_by.username == "ada"
    page = signed_in.get(beside(pair)).content.decode()
    assert page.count('aria-pressed="true"') == 2
    with django_assert_max_num_queries(12):
        signed_in.get(beside(pair))


def test_undo_goes_back_to_the_grade_before(
    signed_in: Client, built: Inputs, pair: tuple[Search, Search]
) -> None:
    address = f"/search/{pair[0].pk}/grade"
    given = {"document": built.documents[1].pk, "lists": f"{pair[0].pk}-{pair[1].pk}"}
    first = signed_in.post(address, {**given, "grade": 1}, headers=HTMX).content.decode()
    assert 'name="grade" value="" data-undo>Undo' in first
    second = signed_in.post(address, {**given, "grade": 3}, headers=HTMX).content.decode()
    assert 'name="grade" value="1" data-undo>Undo' in second
    assert second.count("<form") == 1  # only the first system found it
    undone = signed_in.post(address, {**given, "grade": 1}, headers=HTMX).content.decode()
    assert "1, related, by" in undone
    taken_back = signed_in.post(address, {**given, "grade": ""}, headers=HTMX).content.decode()
    assert "no grade" in taken_back
    assert not GoldLabel.objects.filter(collection__name="search box: python-docs", removed_in=None).exists()


def test_grading_without_scripts_leads_back_to_the_card(
    signed_in: Client, built: Inputs, pair: tuple[Search, Search]
) -> None:
    given = {"document": built.documents[0].pk, "grade": 0, "lists": f"{pair[0].pk}-{pair[1].pk}"}
    answer = signed_in.post(f"/search/{pair[0].pk}/grade", given)
    assert answer["Location"] == f"{beside(pair)}#grade-{pair[0].pk}-{built.documents[0].pk}"
    assert "Graded 0: irrelevant." in text(signed_in.get(answer["Location"]))


@pytest.mark.parametrize(
    "changes", [{"grade": "7"}, {"grade": "x"}, {"document": "x"}, {"document": "99999"}]
)
def test_no_other_grades_are_taken(
    signed_in: Client, built: Inputs, pair: tuple[Search, Search], changes: dict[str, str]
) -> None:
    given = {"document": str(built.documents[0].pk), "grade": "1", "lists": ""} | changes
    assert signed_in.post(f"/search/{pair[0].pk}/grade", given).status_code == 400
    assert not GoldLabel.objects.filter(collection__name="search box: python-docs").exists()


def test_the_page_of_lists_cannot_be_forged(
    signed_in: Client, built: Inputs, pair: tuple[Search, Search]
) -> None:
    other = make_search(built, built.systems[1], built.documents[:1], text="something else")
    given = {"document": built.documents[0].pk, "grade": 1, "lists": f"{pair[0].pk}-{other.pk}"}
    assert signed_in.post(f"/search/{pair[0].pk}/grade", given).status_code == 404
    given["lists"] = f"{other.pk}-{pair[1].pk}"
    assert signed_in.post(f"/search/{pair[0].pk}/grade", given)["Location"].startswith(
        f"/search/{pair[0].pk}/#"
    )


def test_undo_never_takes_back_what_somebody_else_said_meanwhile(
    signed_in: Client, built: Inputs, pair: tuple[Search, Search]
) -> None:
    address = f"/search/{pair[0].pk}/grade"
    given = {"document": built.documents[1].pk, "lists": str(pair[0].pk)}
    card = signed_in.post(address, {**given, "grade": 3, "seen": ""}, headers=HTMX).content.decode()
    assert 'name="seen" value="3"' in card
    bob = Client()
    bob.force_login(person("bob"))
    # Bob saw no grade yet: he learns of Ada's before his counts.
    assert "ada graded this 3 meanwhile" in text(
        bob.post(address, {**given, "grade": 1, "seen": ""}, headers=HTMX)
    )
    bob.post(address, {**given, "grade": 1, "seen": 3}, headers=HTMX)
    undone = signed_in.post(address, {**given, "grade": "", "seen": 3}, headers=HTMX)
    assert "bob graded this 1 meanwhile" in text(undone)
    assert "1, related, by bob" in text(undone)
    assert GoldLabel.objects.get(removed_in=None, collection__name="search box: python-docs").grade == 1
    answer = signed_in.post(address, {**given, "grade": "2", "seen": 3})  # and so without scripts
    assert "bob graded this 1 meanwhile" in text(signed_in.get(answer["Location"]))


def test_ones_own_quick_change_of_mind_is_no_conflict(
    signed_in: Client, built: Inputs, pair: tuple[Search, Search]
) -> None:
    given = {"document": built.documents[1].pk, "seen": ""}
    for grade in (3, 2):
        signed_in.post(f"/search/{pair[0].pk}/grade", {**given, "grade": grade}, headers=HTMX)
    assert GoldLabel.objects.get(removed_in=None, collection__name="search box: python-docs").grade == 2
