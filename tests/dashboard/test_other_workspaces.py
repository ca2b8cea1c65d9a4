"""Whatever an address names of another workspace is not there."""

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from evalhub.dashboard.urls import urlpatterns
from evalhub.models import (
    Campaign,
    Corpus,
    EmbeddingModel,
    Job,
    QueryCollection,
    Rater,
    RaterProbe,
    RaterVersion,
    Search,
    System,
    Workspace,
)
from tests.dashboard.inputs import Inputs
from tests.dashboard.test_access import KEYS, WORDS
from tests.review_rows import make_queue

OWNED = (Campaign, Corpus, QueryCollection, Rater, RaterVersion, System, EmbeddingModel, Search, Job)
NUMBERED = [
    pattern
    for pattern in urlpatterns
    if isinstance(pattern, URLPattern) and set(pattern.pattern.converters) & set(KEYS)
]


@pytest.fixture
def elsewhere(built: Inputs, campaign: Campaign, pair: tuple[Search, Search]) -> dict[str, object]:
    """An example of each key, all of a workspace that is not this one."""
    version, job = built.raters[0], Job.objects.order_by("pk").first()
    assert job is not None
    texts = {"query_digest": "q", "document_digest": "d", "query": "q", "text": "t"}
    probe = RaterProbe.objects.create(rater_version=version, job=job, **texts)
    Job.objects.filter(pk=job.pk).update(kind=Job.Kind.INGEST)
    other = Workspace.objects.create(slug="other", name="Other")
    for model in OWNED:
        model.objects.update(workspace=other)  # type: ignore[attr-defined]
    return {
        "campaign_id": campaign.pk,
        "query_id": built.queries[0].pk,
        "document_id": built.documents[0].pk,
        "corpus_id": built.snapshot.corpus_id,
        "collection_id": built.collection.pk,
        "job_id": job.pk,
        "model_id": EmbeddingModel.objects.get().pk,
        "rater_id": version.rater_id,
        "probe_id": probe.pk,
        "search_id": pair[0].pk,
        "beside_id": pair[1].pk,
        "item_id": make_queue(campaign).items.all()[0].pk,
        **WORDS,
    }


@pytest.mark.parametrize("pattern", NUMBERED, ids=lambda pattern: pattern.name)
def test_it_is_not_found_and_nothing_can_be_done_to_it(
    signed_in: Client, elsewhere: dict[str, object], pattern: URLPattern
) -> None:
    wanted = pattern.pattern.converters
    words = {"chart": "differences", "corpus-profile-chart": "lengths", "campaign-steer": "pause"}
    words |= {"agreement-chart": "graders", "rater-decide": "promote"}
    given = {name: elsewhere[name] for name in wanted}
    if "name" in wanted:
        given["name"] = words[pattern.name or ""]
    address = reverse(pattern.name or "", kwargs=given)
    typed = {"document": elsewhere["document_id"], "grade": 1, "tags": "a", "query": "q", "text": "t"}
    assert signed_in.get(address).status_code in {404, 405}
    assert signed_in.post(address, typed).status_code in {404, 405}


def test_forms_and_lists_know_nothing_of_it(signed_in: Client, elsewhere: dict[str, object]) -> None:
    keys = {"snapshot": 1, "a": 1, "b": 2, "q": "hello", "k": 5}
    assert signed_in.post("/search/ask", keys).status_code == 400
    assert signed_in.get(f"/campaigns/new/?from={elsewhere['campaign_id']}").status_code == 404
    pages = ("/", "/corpora/", "/query-collections/", "/raters/", "/models/", "/spend/", "/search/")
    for page in (*pages, f"/search/queries/?collection={elsewhere['collection_id']}", "/campaigns/new/"):
        shown = signed_in.get(page).content.decode()
        for theirs in ("python-docs", "production", "how do I do thing", "nightly", ">judge<"):
            assert theirs not in shown, page
