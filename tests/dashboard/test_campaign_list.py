"""The list of campaigns."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from evalhub.models import Campaign, CampaignRater, CampaignSystem, Workspace
from evalhub.selectors.results import campaign_results
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import START, Inputs
from tests.dashboard.markup import read, tables, text

MaxQueries = Callable[[int], AbstractContextManager[Any]]


def test_an_empty_list_teaches_the_first_command(signed_in: Client) -> None:
    page = text(signed_in.get("/"))
    assert "make demo" in page
    assert "evalhub run SPEC.yaml" in page


def test_where_the_server_has_a_name_commands_are_sent_there(signed_in: Client, settings: Any) -> None:
    settings.EVALHUB_URL = "https://evalhub.example.org"
    assert "evalhub run SPEC.yaml --server https://evalhub.example.org" in text(signed_in.get("/"))


def test_a_line_holds_the_scores_of_the_result_best_first(signed_in: Client, campaign: Campaign) -> None:
    measures = [
        (row["name"], row["measures"]["PWAS@5"])
        for row in campaign_results(campaign)["systems"]
        if row["rater"] == "judge"
    ]
    best_first = sorted(measures, key=lambda row: -row[1]["value"])
    ((line,),) = tables(signed_in.get("/"), "Campaigns")
    assert line[0] == f"nightly #{campaign.pk}"
    assert line[1] == "done"
    assert line[2] == " ".join(
        f"{name} {m['value']:.3f} [{m['low']:.3f}, {m['high']:.3f}]" for name, m in best_first
    )
    assert line[3] == campaign_results(campaign)["gate"]["outcome"] == "undecided"
    assert line[4] == "python-docs snapshot 1head top 5"
    assert line[6] == "1 min 23 s"


def test_times_are_relative_with_the_moment_beside(signed_in: Client, campaign: Campaign) -> None:
    (moment,) = (attributes for tag, attributes in read(signed_in.get("/")).tags if tag == "time")
    assert moment == {"datetime": "2026-01-05T09:00:00+00:00", "title": "2026-01-05 09:00:00 UTC"}


def test_the_list_polls_while_any_campaign_runs(signed_in: Client, inputs: Inputs) -> None:
    running = make_campaign(inputs, state=Campaign.State.RUNNING)
    fragment = signed_in.get("/", headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert 'hx-get="/" hx-trigger="every 2s"' in fragment.content.decode()
    # Embedding and three runs are done, two ratings at 42 of 100, no score: (4 + 0.84) / 7 = 0.691
    assert 'max="1" value="0.691"' in fragment.content.decode()
    assert "rate: 42 of 100 pairs" in text(fragment)
    Campaign.objects.filter(pk=running.pk).update(state="cancelled", finished_at=START)
    fragment = signed_in.get("/", headers={"HX-Request": "true"})
    assert fragment.status_code == 286
    assert "every 2s" not in fragment.content.decode()


def test_newest_first_in_pages_of_25(
    signed_in: Client, campaign: Campaign, django_assert_max_num_queries: MaxQueries
) -> None:
    for number in range(30):
        _copy(campaign, f"copy {number:02}", START + timedelta(hours=number + 1))
    with django_assert_max_num_queries(12):
        first = signed_in.get("/")
    (lines,) = tables(first, "Campaigns")
    assert [line[0].split(" #")[0] for line in lines] == [f"copy {n:02}" for n in range(29, 4, -1)]
    assert "1–25 of 31 campaigns" in text(first)
    (rest,) = tables(signed_in.get("/?page=2"), "Campaigns")
    assert [line[0].split(" #")[0] for line in rest] == [
        *(f"copy {n:02}" for n in range(4, -1, -1)),
        "nightly",
    ]


@pytest.mark.parametrize("number", ["0", "-1", "99", "second"])
def test_a_page_that_does_not_exist_gives_the_nearest(
    signed_in: Client, campaign: Campaign, number: str
) -> None:
    assert len(tables(signed_in.get(f"/?page={number}"), "Campaigns")[0]) == 1


def test_campaigns_of_other_workspaces_are_not_seen(signed_in: Client, campaign: Campaign) -> None:
    other = Workspace.objects.create(slug="other", name="Other")
    Campaign.objects.filter(pk=campaign.pk).update(workspace=other)
    assert "No campaign yet" in text(signed_in.get("/"))
    assert signed_in.get(f"/campaigns/{campaign.pk}/").status_code == 404


def _copy(campaign: Campaign, name: str, created_at: Any) -> None:
    """Another campaign with the same inputs: it shares the score job, as real ones do."""
    systems, raters = list(campaign.campaign_systems.all()), list(campaign.campaign_raters.all())
    copy = Campaign.objects.get(pk=campaign.pk)
    copy.pk, copy.name, copy.created_at = None, name, created_at
    copy.save()
    for row in systems:
        CampaignSystem.objects.create(campaign=copy, system=row.system, run=row.run, position=row.position)
    for rater in raters:
        CampaignRater.objects.create(
            campaign=copy, rater_version=rater.rater_version, name=rater.name, position=rater.position
        )
