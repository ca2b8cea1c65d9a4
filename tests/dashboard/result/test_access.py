"""Who may see the pages around a result."""

import pytest
from django.test import Client

from evalhub.models import Campaign, Workspace

PAGES = (
    "trend/",
    "trend/trend.csv",
    "changes/",
    "changes/systems.csv",
    "so-far/",
    "tables/scores.csv",
    "report/",
    "report/report.html",
)


@pytest.mark.parametrize("page", PAGES)
def test_only_who_signed_in_reads_and_nobody_writes_by_reading(
    client: Client, signed_in: Client, campaign: Campaign, page: str
) -> None:
    address = f"/campaigns/{campaign.pk}/{page}"
    answer = signed_in.get(address)
    assert answer.status_code in {200, 286}
    assert "no-store" in answer["Cache-Control"]
    assert signed_in.post(address).status_code == 405
    signed_in.logout()
    assert signed_in.get(address)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("page", PAGES)
def test_campaigns_of_other_workspaces_are_not_seen(signed_in: Client, campaign: Campaign, page: str) -> None:
    other = Workspace.objects.create(slug="other", name="Other")
    Campaign.objects.filter(pk=campaign.pk).update(workspace=other)
    assert signed_in.get(f"/campaigns/{campaign.pk}/{page}").status_code == 404


def test_tagging_needs_the_csrf_token_and_a_post(signed_in: Client, campaign: Campaign) -> None:
    address = f"/campaigns/{campaign.pk}/tags"
    assert signed_in.get(f"{address}?tags=a").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    assert strict.post(address, {"tags": "a"}).status_code == 403
    assert not campaign.tags.exists()
