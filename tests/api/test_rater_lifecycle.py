"""Adopting and retiring rater versions over REST."""

from collections.abc import Callable

import pytest

from evalhub.models import RaterDecision, RaterVersion, Workspace
from tests.api.conftest import API
from tests.api.schema_check import CheckedClient
from tests.cli.judged import rater_version


@pytest.fixture
def versions(workspace: Workspace) -> list[RaterVersion]:
    return [rater_version("judge", number=number) for number in (1, 2)]


@pytest.fixture
def admin(workspace: Workspace, client_of: Callable[..., CheckedClient]) -> CheckedClient:
    return client_of(workspace, "admin")


def test_promote_and_retire(admin: CheckedClient, versions: list[RaterVersion]) -> None:
    old, _ = versions
    address = f"{API}/raters/{old.rater_id}/versions"
    told = admin.post(f"{address}/1/promote", {}, format="json").json()
    assert told == {
        "rater": "judge",
        "number": 1,
        "retired_at": None,
        "is_changed": True,
        "name_means": 1,
    }
    assert admin.get(f"{API}/raters").json()["results"][0]["version"]["number"] == 1
    assert admin.post(f"{address}/1/promote", {}, format="json").json()["is_changed"] is False
    retired = admin.post(f"{address}/1/retire", {}, format="json").json()
    assert (retired["name_means"], retired["is_changed"]) == (2, True)
    assert retired["retired_at"]
    back = admin.post(f"{address}/1/retire", {"undo": True}, format="json").json()
    assert (back["name_means"], back["retired_at"]) == (1, None)
    decisions = RaterDecision.objects.order_by("pk").values_list("kind", "before__number")
    assert list(decisions) == [("promoted", 2), ("retired", 1), ("brought back", 2)]
    assert RaterDecision.objects.filter(decided_by=None).count() == 0


def test_a_retired_version_is_not_promoted(admin: CheckedClient, versions: list[RaterVersion]) -> None:
    address = f"{API}/raters/{versions[0].rater_id}/versions/1"
    assert admin.post(f"{address}/retire", {}, format="json").status_code == 200
    response = admin.post(f"{address}/promote", {}, format="json")
    assert response.status_code == 400
    assert "judge@1 is retired; bring it back first" in response.json()["detail"]
    assert admin.post(f"{API}/raters/{versions[0].rater_id}/versions/3/promote", {}).status_code == 404


def test_a_job_may_not_change_the_judge(api: CheckedClient, versions: list[RaterVersion]) -> None:
    for word in ("promote", "retire"):
        response = api.post(f"{API}/raters/{versions[0].rater_id}/versions/1/{word}", {}, format="json")
        assert response.status_code == 403
    assert not RaterDecision.objects.exists()
