"""Numbers and texts that no database can look for, in the place of any parameter of any page."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from evalhub.dashboard.urls import urlpatterns
from evalhub.models import Campaign, Search
from tests.dashboard.inputs import Inputs
from tests.dashboard.test_access import EXAMPLES, KEYS, OPEN

TOO_LARGE = 10**30
TOO_LONG = "9" * 5_000  # longer than Python reads as a number
CLOSED = [
    pattern
    for pattern in urlpatterns
    if isinstance(pattern, URLPattern) and pattern.name not in {*OPEN, "sign-out"}
]
NUMBERED = [pattern for pattern in CLOSED if set(pattern.pattern.converters) & set(KEYS)]


@pytest.mark.parametrize("pattern", NUMBERED, ids=lambda pattern: pattern.name)
def test_a_number_beyond_all_keys_names_nothing(signed_in: Client, pattern: URLPattern) -> None:
    wanted = pattern.pattern.converters
    given = {name: TOO_LARGE if name in KEYS else EXAMPLES[name] for name in wanted}
    address = reverse(pattern.name or "", kwargs=given)
    assert {signed_in.get(address).status_code, signed_in.post(address).status_code} <= {404, 405}


@pytest.mark.parametrize("pattern", CLOSED, ids=lambda pattern: pattern.name)
def test_a_text_that_can_not_be_stored_is_refused(signed_in: Client, pattern: URLPattern) -> None:
    address = reverse(
        pattern.name or "", kwargs={name: EXAMPLES[name] for name in pattern.pattern.converters}
    )
    assert signed_in.get(f"{address}?q=a%00b").status_code in {400, 405}
    assert signed_in.post(address, {"q": "a\0b"}).status_code in {400, 405}


@pytest.mark.parametrize("value", [str(TOO_LARGE), TOO_LONG, "²", "-1", "NaN", ""])
@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("/search/queries/", "collection"),
        ("/search/", "snapshot"),
        ("/campaigns/{campaign}/documents/{document}/1/", "query"),
        ("/campaigns/{campaign}/queries/", "page"),
        ("/models/", "corpus"),
    ],
)
def test_what_is_no_number_of_anything_is_passed_over(
    signed_in: Client, inputs: Inputs, campaign: Campaign, where: str, name: str, value: str
) -> None:
    address = where.format(campaign=campaign.pk, document=inputs.documents[0].pk)
    assert signed_in.get(f"{address}?{urlencode({name: value})}").status_code == 200


@pytest.mark.parametrize("value", [str(TOO_LARGE), TOO_LONG, "²"])
@pytest.mark.parametrize(("name", "status"), [("document", 400), ("grade", 400), ("lists", 302)])
def test_grading_takes_no_such_numbers_either(
    signed_in: Client, inputs: Inputs, pair: tuple[Search, Search], name: str, status: int, value: str
) -> None:
    given = {"document": str(inputs.documents[0].pk), "grade": "1", "lists": str(pair[0].pk)}
    answer = signed_in.post(f"/search/{pair[0].pk}/grade", given | {name: value})
    assert answer.status_code == status


@pytest.mark.parametrize("value", [str(TOO_LARGE), TOO_LONG, "²"])
def test_asking_of_no_such_corpus_is_said_on_the_form(signed_in: Client, built: Inputs, value: str) -> None:
    given = {"q": "hello", "snapshot": value, "a": built.systems[0].pk}
    assert signed_in.post("/search/ask", given).status_code == 400


def test_a_form_that_lacks_a_field_is_shown_and_not_an_error(signed_in: Client, built: Inputs) -> None:
    assert signed_in.get(f"/search/?a={built.systems[0].pk}").status_code == 200
