"""Try-outs over REST, graded by the real rater that ships."""

import pytest

from evalhub.models import Corpus, LedgerMonth, QueryCollection, RaterVersion, Workspace
from evalhub.services.raters import rater_version_register
from evalhub.services.snapshots import snapshot_latest
from tests.api.conftest import API
from tests.api.schema_check import CheckedClient
from tests.api.workers import work
from tests.dashboard.inputs_pages.raters import hosted_version

PAIR = {"query": "how do I open a file", "text": "Use the built-in function open to open a file."}


@pytest.mark.slow
def test_the_rater_that_ships_grades_a_pair_once(
    api: CheckedClient, workspace: Workspace, corpus: Corpus, collection: QueryCollection
) -> None:
    from django.utils import timezone

    from evalhub.models import CorpusStatistics
    from evalhub.services.jobs import job_request
    from evalhub.services.statistics import statistics_request

    snapshot = snapshot_latest(corpus)
    assert snapshot is not None
    version = rater_version_register(workspace, {"name": "default"}, collection, snapshot)
    statistics = CorpusStatistics.objects.get()
    request = statistics_request(statistics, model=version.spec["model"], rater="default")
    job_request(workspace, request, [], now=timezone.now())
    address = f"{API}/raters/{version.rater_id}/versions/1/probe"
    asked = api.post(address, PAIR, format="json")
    assert (asked.status_code, asked.json()["outcome"]) == (202, None)

    work()
    found = api.get(asked["Location"].partition("testserver")[2]).json()
    assert found["job"]["state"] == "done"
    outcome = found["outcome"]
    assert outcome["state"] == "graded"
    assert sum(outcome["probabilities"]) == pytest.approx(1.0)
    expected = sum(grade * share for grade, share in enumerate(outcome["probabilities"]))
    assert outcome["gain"] == pytest.approx(expected / (len(outcome["probabilities"]) - 1), abs=1e-6)
    assert api.post(address, PAIR, format="json").json()["id"] == found["id"]
    unlike = api.post(address, {**PAIR, "text": "Bread is baked in an oven."}, format="json")
    work()
    other = api.get(unlike["Location"].partition("testserver")[2]).json()["outcome"]
    assert other["gain"] < outcome["gain"]
    line = LedgerMonth.objects.get(rater_version=version)
    assert (line.n_graded, line.cost_usd) == (2, 0)


@pytest.fixture
def version(workspace: Workspace) -> RaterVersion:
    return hosted_version(workspace)


def test_a_rater_without_its_key_fails_with_the_reason(api: CheckedClient, version: RaterVersion) -> None:
    asked = api.post(f"{API}/raters/{version.rater_id}/versions/1/probe", PAIR, format="json")
    work()
    found = api.get(asked["Location"].partition("testserver")[2]).json()

    assert (found["job"]["state"], found["outcome"]) == ("failed", None)
    assert "NO_SUCH_KEY" in found["job"]["error"]


def test_what_can_not_be_asked(api: CheckedClient, version: RaterVersion) -> None:
    address = f"{API}/raters/{version.rater_id}/versions/1/probe"

    assert api.post(address, {"query": "x"}, format="json").status_code == 400
    assert api.post(address, {**PAIR, "querry": "x"}, format="json").status_code == 400
    assert api.post(address.replace("/1/", "/7/"), PAIR, format="json").status_code == 404
    assert api.get(f"{address}/999").status_code == 404
