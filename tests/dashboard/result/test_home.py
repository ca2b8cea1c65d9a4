"""The list of campaigns: search, filter, tags, and the change since the campaign of a name before."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from evalhub.models import Campaign
from evalhub.selectors.results import campaign_results
from evalhub.services.campaign_tags import campaign_tag
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, START, Inputs
from tests.dashboard.markup import read, tables, text
from tests.dashboard.repeats import repeated, with_next_version, with_other_lists

MaxQueries = Callable[[int], AbstractContextManager[Any]]


def _names(client: Client, address: str) -> list[str]:
    found = tables(client.get(address), "Campaigns")
    return [line[0].split(" #")[0] for line in found[0]] if found else []


@pytest.fixture
def three(inputs: Inputs) -> None:
    """A campaign whose gate is undecided, one that fails and one that runs; two of them are tagged."""
    campaign_tag(make_campaign(inputs, name="alpha"), ["nightly", "release 2"])
    later = {"created_at": START + timedelta(hours=1)}
    campaign_tag(make_campaign(inputs, name="beta", gate_minimum=0.99, n_unrated=0, **later), ["nightly"])
    make_campaign(inputs, name="gamma", state=Campaign.State.RUNNING, gate_minimum=None)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("search=ALPH", ["alpha"]),
        ("search=python+bet", ["beta"]),  # a word of the corpus and one of the name
        ("search=head", ["beta", "gamma", "alpha"]),
        ("search=nothing", []),
        ("state=running", ["gamma"]),
        ("state=exploded", ["beta", "gamma", "alpha"]),
        ("gate=undecided", ["alpha", "beta"]),
        ("gate=none", ["gamma"]),
        ("tag=nightly", ["beta", "alpha"]),
        ("tag=release+2", ["alpha"]),
        ("tag=nightly&search=beta", ["beta"]),
    ],
)
def test_filters_leave_what_was_asked_for(
    signed_in: Client, three: None, asked: str, expected: list[str]
) -> None:
    assert sorted(_names(signed_in, f"/?{asked}")) == sorted(expected)


def test_nothing_found_says_so_and_shows_the_way_back(signed_in: Client, three: None) -> None:
    assert "No campaign is like that. Show all" in text(signed_in.get("/?search=nothing"))


def test_paging_and_polling_keep_the_filter(signed_in: Client, inputs: Inputs) -> None:
    for number in range(27):
        make_campaign(inputs, name=f"alpha {number}", state=Campaign.State.RUNNING, n_unrated=0)
    page = signed_in.get("/?search=alpha&state=running").content.decode()
    assert 'href="?search=alpha&amp;state=running&amp;page=2"' in page
    assert 'hx-get="/?search=alpha&amp;state=running"' in page


def test_tags_are_shown_in_order_and_lead_to_their_campaigns(signed_in: Client, three: None) -> None:
    links = [a["href"] for tag, a in read(signed_in.get("/?search=alpha")).tags if tag == "a"]
    assert [link for link in links if "tag=" in str(link)] == ["/?tag=nightly", "/?tag=release%202"]


def test_tags_are_changed_on_the_page_and_changed_back(signed_in: Client, campaign: Campaign) -> None:
    campaign_tag(campaign, ["old"])
    answer = signed_in.post(f"/campaigns/{campaign.pk}/tags", {"tags": " new , old,new "}, follow=True)
    assert "Tagged new, old.Undo" in text(answer)
    assert [tag.name for tag in campaign.tags.all()] == ["new", "old"]
    (undo,) = (a["action"] for tag, a in read(answer).tags if tag == "form" and a.get("class") == "undo")
    signed_in.post(str(undo))
    assert [tag.name for tag in campaign.tags.all()] == ["old"]


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ("x" * 51, "longer than 50 characters"),
        (",".join(map(str, range(21))), "21 tags; a campaign has at most 20"),
    ],
)
def test_tags_that_are_no_tags_change_nothing(
    signed_in: Client, campaign: Campaign, tags: str, said: str
) -> None:
    campaign_tag(campaign, ["old"])
    answer = signed_in.post(f"/campaigns/{campaign.pk}/tags", {"tags": tags}, follow=True)
    assert said in text(answer)
    assert [tag.name for tag in campaign.tags.all()] == ["old"]


def test_a_hostile_tag_is_shown_inertly(signed_in: Client, campaign: Campaign) -> None:
    campaign_tag(campaign, [HOSTILE[:50]])
    for address in ("/", f"/campaigns/{campaign.pk}/"):
        page = signed_in.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_the_gate_of_a_line_is_that_of_the_result(signed_in: Client, three: None) -> None:
    (lines,) = tables(signed_in.get("/"), "Campaigns")
    shown = {line[0].split(" #")[0]: line[3] for line in lines}
    for campaign in Campaign.objects.all():
        assert shown[campaign.name] == (campaign_results(campaign)["gate"]["outcome"] or "–")


def test_change_is_the_difference_of_the_two_results(signed_in: Client, inputs: Inputs) -> None:
    first = make_campaign(inputs)
    second = repeated(with_other_lists(inputs))
    before, now = (_values(campaign) for campaign in (first, second))
    line = tables(signed_in.get("/"), "Campaigns")[0][0]
    for name, value in now.items():
        difference = f"{value - before[name]:+z.3f}".replace("-", "−")
        assert f"] {difference}" in line[2].split(name)[1][:40], name
    assert f"± since #{first.pk} · trend" in line[2]
    assert now["minilm-384"] != before["minilm-384"]


def test_another_rater_version_is_not_compared(signed_in: Client, inputs: Inputs) -> None:
    first = make_campaign(inputs)
    repeated(with_next_version(inputs))
    line = tables(signed_in.get("/"), "Campaigns")[0][0]
    assert f"not comparable with #{first.pk}: other rater version" in line[2]
    assert "] +" not in line[2]


def test_a_campaign_of_another_name_is_no_previous_one(signed_in: Client, inputs: Inputs) -> None:
    make_campaign(inputs)
    repeated(inputs, name="weekly")
    assert "since #" not in text(signed_in.get("/"))


def test_queries_of_the_database_do_not_grow_with_repeats(
    signed_in: Client, inputs: Inputs, django_assert_max_num_queries: MaxQueries
) -> None:
    for day in range(6):
        campaign_tag(repeated(inputs, days=day), ["nightly", f"day {day}"])
    make_campaign(inputs, state=Campaign.State.RUNNING)
    with django_assert_max_num_queries(12):
        signed_in.get("/?search=nightly")


def _values(campaign: Campaign) -> dict[str, float]:
    return {
        row["name"]: row["measures"]["PWAS@5"]["value"]
        for row in campaign_results(campaign)["systems"]
        if row["rater"] == "judge"
    }
