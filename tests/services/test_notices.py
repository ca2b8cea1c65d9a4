"""Messages are written with the change they tell of, or not at all."""

import json
from typing import Any

import pytest

from evalhub.models import Campaign, Delivery, Webhook, Workspace
from evalhub.services import campaign_states
from evalhub.services.campaign_states import campaign_refresh
from evalhub.services.webhooks import NewWebhook, webhook_create, webhook_edit
from evalhub.services.workspaces import workspace_default
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import make_inputs
from tests.services.test_campaign_states import NOW, Job, campaign_of, job_of

URL = "https://ci.example.org/hook"


@pytest.fixture
def workspace(db: None) -> Workspace:
    return workspace_default()


@pytest.fixture
def webhook(workspace: Workspace) -> Webhook:
    return webhook_create(workspace, NewWebhook("ci", URL))[0]


def bodies() -> list[dict[str, Any]]:
    return [
        json.loads(payload) for payload in Delivery.objects.order_by("pk").values_list("payload", flat=True)
    ]


def test_a_done_campaign_and_its_gate_are_told(webhook: Webhook, settings: Any) -> None:
    settings.EVALHUB_URL = "https://evalhub.example.org"
    inputs = make_inputs()
    Webhook.objects.update(workspace=inputs.workspace)
    campaign = make_campaign(inputs)
    done, gate = bodies()
    assert (done["event"], gate["event"]) == ("campaign.done", f"gate.{campaign.gate_outcome}")
    assert done["campaign"]["page"] == f"https://evalhub.example.org/campaigns/{campaign.pk}/"
    assert done["campaign"]["gate"] == campaign.gate_outcome
    first = campaign.campaign_systems.order_by("position").first()
    score = campaign.score_job.scores.filter(  # type: ignore[union-attr]  # it is done
        system=first.system,  # type: ignore[union-attr]
        rater_version=inputs.raters[0],
    ).get()
    assert done["systems"][0]["value"] == score.value
    assert [row["name"] for row in done["systems"]] == [one.name for one in inputs.systems]
    campaign_refresh(campaign, now=NOW)
    assert len(bodies()) == 2


def test_a_failed_campaign_is_told_once(webhook: Webhook, workspace: Workspace) -> None:
    campaign = campaign_of(workspace, job_of(workspace, "bad", Job.State.FAILED, "the key is not set"))
    campaign_refresh(campaign, now=NOW)
    campaign_refresh(campaign, now=NOW)
    (said,) = bodies()
    assert said["event"] == "campaign.failed"
    assert "the key is not set" in said["campaign"]["error"]


def test_a_process_that_dies_in_between_leaves_neither(
    webhook: Webhook, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    campaign = campaign_of(workspace, job_of(workspace, "bad", Job.State.FAILED, "the key is not set"))
    with monkeypatch.context() as patched:
        patched.setattr(campaign_states, "campaign_notices", die)
        with pytest.raises(Killed):
            campaign_refresh(campaign, now=NOW)
    assert Campaign.objects.get().state == "running"
    campaign_refresh(campaign, now=NOW)
    assert [body["event"] for body in bodies()] == ["campaign.failed"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"events": ["gate.pass"]}])
def test_who_does_not_want_to_hear_of_it_is_not_told(
    webhook: Webhook, workspace: Workspace, change: dict[str, Any]
) -> None:
    webhook_edit(webhook, **change)
    campaign_refresh(campaign_of(workspace, job_of(workspace, "bad", Job.State.FAILED, "no key")), now=NOW)
    assert bodies() == []
