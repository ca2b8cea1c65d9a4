"""The report for people without an account."""

import base64
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client

from evalhub.dashboard.charts import KINDS
from evalhub.models import Campaign, Query
from evalhub.selectors.results import campaign_results
from evalhub.services.campaign_tags import campaign_tag
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, Inputs
from tests.dashboard.markup import read, tables, text

MaxQueries = Callable[[int], AbstractContextManager[Any]]


def _pages(client: Client, campaign: Campaign) -> list[Any]:
    return [client.get(f"/campaigns/{campaign.pk}/report/{name}") for name in ("", "report.html")]


def test_it_says_what_was_asked_and_the_answer_in_words(signed_in: Client, campaign: Campaign) -> None:
    results = campaign_results(campaign)
    for page in _pages(signed_in, campaign):
        said = text(page)
        assert "Which of 3 systems (minilm-384, minilm-128, production) ranks better" in said
        assert "when the top 5 of each list are graded by judge and second?" in said
        assert said.index("The answer") < said.index("Scores by judge")
        assert results["gate"]["rules"][0]["reason"] in said
        assert "snapshot 1" in said
        assert results["settings"]["evalhub"] in said


def test_its_tables_are_those_of_the_campaigns_page(signed_in: Client, campaign: Campaign) -> None:
    shown = [rows for _, rows in read(signed_in.get(f"/campaigns/{campaign.pk}/")).tables][:-1]  # but jobs
    for page in _pages(signed_in, campaign):
        found = [rows for _, rows in read(page).tables]
        assert sorted(found) == sorted(shown)
        assert len(tables(page, "Means over 6 queries")) == 2


def test_the_file_refers_to_nothing_outside_itself(signed_in: Client, campaign: Campaign) -> None:
    page = signed_in.get(f"/campaigns/{campaign.pk}/report/report.html")
    assert f'filename="campaign-{campaign.pk}-report.html"' in page["Content-Disposition"]
    found = read(page)
    for tag, attributes in found.tags:
        assert tag not in {"script", "link", "a", "iframe", "object", "form"}, tag
        for name in ("src", "href", "action", "data-spec"):
            assert (attributes.get(name) or "data:").startswith("data:image/svg+xml;base64,") or (
                name not in attributes
            )
    style = page.content.decode().split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in page.content.decode()


def test_the_file_carries_every_chart(signed_in: Client, campaign: Campaign) -> None:
    page = signed_in.get(f"/campaigns/{campaign.pk}/report/report.html")
    pictures = [attributes for tag, attributes in read(page).tags if tag == "img"]
    assert [picture["alt"] for picture in pictures] == [kind.title for kind in KINDS.values()]
    for picture in pictures:
        drawn = base64.b64decode(str(picture["src"]).partition("base64,")[2])
        assert drawn.startswith(b"<svg")
        assert b"<script" not in drawn


def test_every_chart_of_the_page_is_there(signed_in: Client, campaign: Campaign) -> None:
    page = signed_in.get(f"/campaigns/{campaign.pk}/report/")
    sources = [str(attributes["src"]) for tag, attributes in read(page).tags if tag == "img"]
    assert len(sources) == len(KINDS)
    for source in sources:
        assert signed_in.get(source).content.startswith(b"<svg")


def test_there_is_no_chart_of_query_tags_without_tags(signed_in: Client, inputs: Inputs) -> None:
    Query.objects.all().update(tags=[])
    campaign = make_campaign(inputs)
    page, file = _pages(signed_in, campaign)
    for answer in (page, file):
        titles = [attributes["alt"] for tag, attributes in read(answer).tags if tag == "img"]
        assert titles == [kind.title for name, kind in KINDS.items() if name != "segments"]


def test_a_campaign_that_is_not_done_says_so(signed_in: Client, inputs: Inputs) -> None:
    running = make_campaign(inputs, state=Campaign.State.RUNNING)
    for page in _pages(signed_in, running):
        assert "This campaign is running: there is no result yet." in text(page)


def test_hostile_names_are_shown_inertly(signed_in: Client, inputs: Inputs) -> None:
    inputs.systems[0].name = f"{HOSTILE}</style>"
    inputs.systems[0].save()
    inputs.raters[0].rater.name = "judge&x=1#"
    inputs.raters[0].rater.save()
    campaign = make_campaign(inputs, name=f"</title>{HOSTILE}")
    campaign_tag(campaign, [HOSTILE[:50]])
    for page in _pages(signed_in, campaign):
        content = page.content.decode()
        assert not re.search(r"<script>alert|<img src=x", content)
        assert "&lt;/title&gt;&lt;script&gt;" in content.partition("</title>")[0]
    sources = [str(a["src"]) for tag, a in read(_pages(signed_in, campaign)[0]).tags if tag == "img"]
    assert signed_in.get(sources[0]).status_code == 200


@pytest.mark.parametrize(("name", "most"), [("", 12), ("report.html", 16)])
def test_queries_of_the_database_are_few(
    signed_in: Client, campaign: Campaign, django_assert_max_num_queries: MaxQueries, name: str, most: int
) -> None:
    with django_assert_max_num_queries(most):
        signed_in.get(f"/campaigns/{campaign.pk}/report/{name}")
