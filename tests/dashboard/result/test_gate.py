"""The gate and the commit on pages."""

from datetime import timedelta

import pytest
from django.test import Client

from evalhub.models import Campaign, GateRule
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, START, Inputs

SHA = "9fceb02d0ae598e95dc970b74767f19372d61af8"


@pytest.fixture
def campaign(inputs: Inputs) -> Campaign:
    """A campaign of a branch, with an undecided rule against another one."""
    before = make_campaign(inputs, name="before")
    made = make_campaign(inputs, created_at=START + timedelta(hours=1))
    Campaign.objects.filter(pk=made.pk).update(
        git_sha=SHA, branch=HOSTILE[:200], actor=HOSTILE[:150], ci_url="https://ci.example/1"
    )
    GateRule.objects.filter(campaign=made).update(
        baseline_asked=f"branch {HOSTILE[:100]}",
        baseline_campaign=before,
        outcome="undecided",
        reason=HOSTILE,
        needs_queries=12,
        needs_labels=120,
    )
    made.refresh_from_db()
    return made


def test_an_undecided_rule_links_the_review_and_its_baseline(signed_in: Client, campaign: Campaign) -> None:
    shown = signed_in.get(f"/campaigns/{campaign.pk}/").content.decode()
    gate = shown[shown.index('id="gate-title"') : shown.index('id="cost-title"')]
    assert f'href="/campaigns/{campaign.pk}/review/"' in gate
    assert "taken at the start" in gate
    assert HOSTILE not in shown
    assert SHA[:8] in shown
    assert 'href="https://ci.example/1"' in shown


def test_the_report_is_no_place_to_label(signed_in: Client, campaign: Campaign) -> None:
    shown = signed_in.get(f"/campaigns/{campaign.pk}/report/").content.decode()
    assert "Label pairs" not in shown
    assert "taken at the start" in shown
    assert HOSTILE not in shown


def test_home_filters_by_branch(signed_in: Client, campaign: Campaign) -> None:
    shown = signed_in.get("/", {"branch": HOSTILE[:200]}).content.decode()
    assert f'id="campaign-{campaign.pk}"' in shown
    assert shown.count('id="campaign-') == 1
    assert HOSTILE not in shown
    assert 'id="campaign-' not in signed_in.get("/", {"branch": "other"}).content.decode()
