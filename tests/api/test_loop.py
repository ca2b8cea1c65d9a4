"""Training the next version, comparing and previewing over REST."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalhub.models import FlipPreview, Rater, RaterVersion, Workspace
from tests.api.conftest import API, Json, spec, start
from tests.api.schema_check import CheckedClient
from tests.pipeline.hosted_campaign import work
from tests.pipeline.labelled_collection import import_labelled

WORDS: Json = {"name": "words", "kind": "calibrated", "evidence": "lexical", "corpus": "shop"}


@pytest.fixture
def labelled(workspace: Workspace, tmp_path: Path) -> None:
    import_labelled(workspace, tmp_path)


def post(api: CheckedClient, where: str, **body: Any) -> Any:
    return api.post(f"{API}/{where}", body, format="json")


@pytest.mark.usefixtures("labelled")
def test_add_train_and_compare(api: CheckedClient) -> None:
    added = post(api, "raters", **WORDS)
    assert added.status_code == 201
    assert (added.json()["version"]["number"], added.json()["name_means"]) == (1, 1)
    assert post(api, "raters", **WORDS).status_code == 200
    address = f"raters/{added.json()['id']}/versions/1/next"

    asked = post(api, address, queries="asked")
    assert asked.status_code == 201
    assert post(api, address, queries="asked").status_code == 200
    assert Rater.objects.get().promoted == RaterVersion.objects.get()
    work()
    assert api.get(f"{API}/trainings/{asked.json()['id']}").json()["version"]["number"] == 2

    report = api.get(f"{API}/{address}", {"queries": "asked", "candidate": "words@2"})
    assert report.status_code == 200
    # Version 1 has graded nothing.
    assert (report.json()["n_pairs"], report.json()["verdict"]) == (0, "undefined")
    assert report.json()["sentence"].startswith("Nothing to compare: ")


@pytest.mark.usefixtures("labelled")
def test_what_is_wrong_with_an_entry(api: CheckedClient) -> None:
    for body, field in [
        ({"name": "x", "kind": "calibrated"}, "kind"),
        ({"name": "x", "kind": "gold"}, "kind"),
        ({"name": "x", "kind": "local-llm", "model": "/etc"}, "model"),
        ({"name": "x", "kind": "local-llm", "model": "smollm2", "prompt": "./p.txt"}, "prompt"),
        ({"name": "x", "sort": "hosted"}, "sort"),
        ({"kind": "hosted"}, "name"),
        ({**WORDS, "corpus": 3}, "corpus"),
    ]:
        response = post(api, "raters", **body)
        assert response.status_code == 400, body
        assert field in {row["field"] for row in response.json()["errors"]}, response.json()
    assert post(api, "raters", **(WORDS | {"corpus": "none"})).status_code == 400
    assert not Rater.objects.exists()


@pytest.mark.usefixtures("corpus", "collection", "production")
def test_a_preview(api: CheckedClient, client_of: Callable[..., CheckedClient]) -> None:
    lexical = {"name": "words", "kind": "calibrated", "evidence": "lexical"}
    assert start(api, spec(raters=[lexical])).status_code == 201
    work()
    other = {**lexical, "prompt": "product-search", "corpus": "books"}
    assert post(api, "raters", **other).json()["version"]["number"] == 2

    asked = post(api, "previews", old="words@1", new="words@2", pairs=3)
    assert asked.status_code == 202, asked.json()
    assert [job["kind"] for job in asked.json()["jobs"]] == ["preview", "preview"]
    work()
    shown = api.get(asked["Location"]).json()
    assert shown == api.get(f"{API}/previews").json()["results"][0]
    assert shown["error"] == ""
    [campaign] = shown["campaigns"]
    assert [row["system"] for row in campaign["systems"]] == ["production"]
    assert (campaign["gate"], campaign["comparisons"]) == (None, [])
    assert sum(row["n_sampled"] for row in campaign["strata"]) == shown["n_sampled"] == 3
    assert "there is no verdict to flip" in shown["sentence"]
    assert post(api, "previews", old="words@1", new="words@2", pairs=3).status_code == 200

    for body, field in [
        ({"old": "words@1", "new": "words@1"}, "new"),
        ({"old": "words@2", "new": "words@1"}, "campaigns"),
        ({"old": "words@1", "new": "words@2", "campaigns": [999]}, "campaigns"),
        ({"old": "words@1", "new": "words@2", "pairs": 1}, "pairs"),
        ({"old": "words@1"}, "new"),
    ]:
        response = post(api, "previews", **body)
        assert response.status_code == 400, body
        assert field in {row["field"] for row in response.json()["errors"]}
    assert FlipPreview.objects.count() == 1
