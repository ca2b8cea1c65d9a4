"""Pause, resume, cancel, retry."""

import pytest
from django.test import Client

from evalhub.models import Campaign
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import Inputs
from tests.dashboard.markup import read, text

State = Campaign.State


OFFERED = {
    State.RUNNING: ["pause", "cancel"],
    State.PAUSED: ["resume", "cancel"],
    State.FAILED: ["retry"],
    State.CANCELLED: ["retry"],
    State.DONE: [],
}


def test_a_state_offers_what_it_allows(signed_in: Client, inputs: Inputs) -> None:
    campaign = make_campaign(inputs, state=State.RUNNING)
    for state in State:
        Campaign.objects.filter(pk=campaign.pk).update(state=state)
        forms = [a for tag, a in read(signed_in.get(f"/campaigns/{campaign.pk}/")).tags if tag == "form"]
        steering = [form["action"] for form in forms if "hx-post" in form]
        assert steering == [f"/campaigns/{campaign.pk}/{name}" for name in OFFERED[state]]


@pytest.mark.parametrize(
    ("before", "name", "after", "said"),
    [
        (State.RUNNING, "pause", State.PAUSED, "Paused."),
        (State.PAUSED, "resume", State.RUNNING, "Resumed."),
        (State.RUNNING, "cancel", State.CANCELLED, "Cancelled."),
        (State.CANCELLED, "retry", State.RUNNING, "Trying again"),
    ],
)
def test_steering_changes_the_state_and_shows_the_campaign(
    signed_in: Client, inputs: Inputs, before: Campaign.State, name: str, after: Campaign.State, said: str
) -> None:
    campaign = make_campaign(inputs, state=before)
    answer = signed_in.post(f"/campaigns/{campaign.pk}/{name}", follow=True)
    assert answer.redirect_chain == [(f"/campaigns/{campaign.pk}/", 302)]
    assert Campaign.objects.get(pk=campaign.pk).state == after
    assert said in text(answer)


def test_what_a_state_does_not_allow_is_said(signed_in: Client, campaign: Campaign) -> None:
    answer = signed_in.post(f"/campaigns/{campaign.pk}/pause", follow=True)
    assert "only a running or paused one can stop" in text(answer)
    assert Campaign.objects.get(pk=campaign.pk).state == State.DONE


def test_an_unknown_steering_is_not_found(signed_in: Client, campaign: Campaign) -> None:
    assert signed_in.post(f"/campaigns/{campaign.pk}/explode").status_code == 404
