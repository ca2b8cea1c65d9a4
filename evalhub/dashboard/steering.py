"""What a person may do to a campaign, and in which state."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from evalhub.models import Campaign
from evalhub.services.campaigns import campaign_hold, campaign_release

State = Campaign.State


@dataclass(frozen=True, slots=True)
class Steering:
    """A button: its label, the states it is offered in, what it does and what is said afterwards.

    Attributes:
        undo: the name of the steering that takes it back, where that is not the next button anyway.
    """

    name: str
    label: str
    states: frozenset[str]
    apply: Callable[..., None]
    said: str
    undo: str = ""


STEERINGS = {
    steering.name: steering
    for steering in (
        Steering(
            "pause",
            "Pause",
            frozenset({State.RUNNING}),
            partial(campaign_hold, state=State.PAUSED),
            "Paused. Units in hand stop at their next heartbeat; Resume goes on from there.",
        ),
        Steering("resume", "Resume", frozenset({State.PAUSED}), campaign_release, "Resumed."),
        Steering(
            "cancel",
            "Cancel",
            frozenset({State.RUNNING, State.PAUSED}),
            partial(campaign_hold, state=State.CANCELLED),
            "Cancelled. What was done is kept; Retry goes on from there.",
            undo="retry",
        ),
        Steering(
            "retry",
            "Retry",
            frozenset({State.FAILED, State.CANCELLED}),
            campaign_release,
            "Trying again what failed or was cancelled; what is done stays done.",
        ),
    )
}


def steerings_of(campaign: Campaign) -> list[Steering]:
    """The buttons that a campaign's state offers."""
    return [steering for steering in STEERINGS.values() if campaign.state in steering.states]
