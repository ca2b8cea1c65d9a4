"""How far labels go towards the next version of a rater, by REST and on its page."""

from django.test import Client

from tests.api.conftest import API
from tests.api.schema_check import CheckedClient
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import make_inputs
from tests.dashboard.repeats import with_next_version
from tests.people import person


def test_readiness_is_that_of_the_page(api: CheckedClient, client: Client) -> None:
    inputs = make_inputs()
    make_campaign(inputs)
    version = inputs.raters[0]
    with_next_version(inputs)
    address = f"{API}/raters/{version.rater_id}/versions/1/readiness"
    shown = api.get(address, {"queries": "head", "corpus": "python-docs"}).json()
    client.force_login(person("ada"))
    page = client.get(f"/raters/{version.rater_id}/versions/1/next/").context
    ready = page["ready"]
    assert {one["part"]: (one["queries"], one["pairs"]) for one in shown["parts"]} == {
        part: (counts["queries"], counts["pairs"]) for part, counts in ready.parts.items()
    }
    assert shown["n_labels"] == ready.n_labels > 0
    assert (shown["is_ready"], shown["is_trainable"]) == (ready.is_ready, ready.is_trainable)
    assert [one["lacks"] for one in shown["missing"]] == [one.lacks for one in ready.missing]
    assert shown["candidates"] == ["judge@2"]
    assert api.get(address, {"queries": "haed"}).json()["errors"][0]["field"] == "collection"
    assert api.get(address).json()["errors"][0]["field"] == "queries"
