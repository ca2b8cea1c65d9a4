"""Labels, a training, the held-out report, a preview and adoption, page by page."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from evalhub.models import Campaign, FineTuning, FlipPreview, GoldLabel, Rater, RaterVersion
from evalhub.selectors.rater_current import current_version
from evalhub.services.rater_add import rater_add
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import HOSTILE, Inputs, make_inputs
from tests.people import person
from tests.pipeline.hosted_campaign import work

MOST_QUERIES = 12
WORDS = {"name": HOSTILE[:40], "kind": "calibrated", "evidence": "lexical"}


@pytest.fixture
def rated(transactional_db: None, settings: Any, tmp_path: Any) -> Campaign:
    """A campaign of a rater that can learn, over queries with some hundred labels."""
    settings.EVALHUB_HOME = tmp_path / "home"
    settings.EVALHUB_HOME.mkdir()
    inputs: Inputs = make_inputs(n_queries=20)
    words = rater_add(
        inputs.workspace, WORDS, snapshot=inputs.snapshot, user=None, now=timezone.now()
    ).version
    inputs.collection.n_gold = inputs.collection.gold_labels.count()
    inputs.collection.save()
    return make_campaign(replace(inputs, raters=[words]))


@pytest.fixture
def old(rated: Campaign) -> RaterVersion:
    return rated.campaign_raters.get().rater_version


@pytest.fixture
def ada(client: Client, rated: Campaign) -> Client:
    client.force_login(person("ada"))
    return client


def address(version: RaterVersion, name: str = "rater-next") -> str:
    return reverse(name, args=[version.rater_id, version.number])


def shown(client: Client, where: str, **asked: Any) -> str:
    answer = client.get(where, asked)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert HOSTILE[:40] not in page  # only as &lt;script&gt;
    return page


def test_from_labels_to_adoption_and_back(ada: Client, old: RaterVersion) -> None:
    page = shown(ada, address(old))
    n_labels = GoldLabel.objects.count()
    assert f"Train the next version from {n_labels} labels" in page
    assert "There is no later version yet" in page

    answer = ada.post(address(old, "rater-next-train"), {"queries": FineTuning.objects.count()}, follow=True)
    assert "Waits" in answer.content.decode()
    assert Rater.objects.get(pk=old.rater_id).promoted == old
    work()
    new = RaterVersion.objects.get(rater=old.rater_id, number=2)
    page = shown(ada, address(old))
    assert "Adopt version 2" in page
    assert f"has learnt from these {n_labels} labels" in page
    assert f'hx-get="{address(old, "rater-next-held-out")}?with={new.pk}' in page

    page = shown(ada, address(old, "rater-next-held-out"), **{"with": new.pk})
    assert "on the held-out queries: " in page
    assert "kappa, quadratic" in page

    page = shown(ada, address(old, "rater-next-flips"), **{"with": new.pk})
    assert "It runs on this machine and costs nothing." in page
    ada.post(address(old, "rater-next-preview"), {"with": new.pk, "pairs": "30"})
    assert "hx-trigger" in shown(ada, address(old, "rater-next-flips"), **{"with": new.pk})
    work()
    page = shown(ada, address(old, "rater-next-flips"), **{"with": new.pk})
    assert FlipPreview.objects.get().n_pairs == 30
    assert "3 comparisons: " in page
    assert "From 30 pairs, for $0.00." in page
    assert "hx-trigger" not in page

    page = ada.post(address(old, "rater-next-adopt"), {"with": new.pk}, follow=True).content.decode()
    assert "Undo: back to version 1" in page
    rater = Rater.objects.get(pk=old.rater_id)
    assert current_version(rater) == new
    ada.post(address(old, "rater-next-adopt"), {"with": new.pk, "undo": "1"})
    rater.refresh_from_db()
    assert current_version(rater) == old


def test_few_reads_whatever_there_is(
    ada: Client, old: RaterVersion, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ada.post(address(old, "rater-next-train"))
    with django_assert_max_num_queries(MOST_QUERIES):
        shown(ada, address(old))
    work()
    new = RaterVersion.objects.get(rater=old.rater_id, number=2)
    ada.post(address(old, "rater-next-preview"), {"with": new.pk})
    work()
    for name in ("rater-next", "rater-next-held-out", "rater-next-flips"):
        with django_assert_max_num_queries(MOST_QUERIES):
            shown(ada, address(old, name), **{"with": new.pk})
        with django_assert_max_num_queries(MOST_QUERIES):
            fragment = ada.get(address(old, name), {"with": new.pk}, headers={"HX-Request": "true"})
        assert b"<html" not in fragment.content
        # What was asked for again and again ends as nothing moves any more; a report is asked for once.
        assert fragment.status_code == (200 if name == "rater-next-held-out" else 286)


def test_too_few_labels_teach_what_to_label(ada: Client, old: RaterVersion) -> None:
    GoldLabel.objects.exclude(query_id="q01").delete()
    page = shown(ada, address(old))
    assert "do not teach a next version yet" in page
    assert "label pairs of" in page
    answer = ada.post(address(old, "rater-next-train"), follow=True)
    assert "do not teach a next version of" in answer.content.decode()
    assert not FineTuning.objects.exists()
    assert Rater.objects.get(pk=old.rater_id).promoted is None


def test_nothing_to_compare_or_preview_is_said(ada: Client, old: RaterVersion) -> None:
    assert "There is nothing to compare yet" in shown(ada, address(old, "rater-next-held-out"))
    assert "There is no later version yet" in shown(ada, address(old, "rater-next-flips"))
    assert ada.get(address(old), {"with": 999}).status_code == 404
    for name in ("rater-next-preview", "rater-next-adopt"):
        assert ada.post(address(old, name)).status_code == 302
    assert not FlipPreview.objects.exists()


@pytest.mark.usefixtures("signed_in")
def test_a_hosted_rater_is_offered_a_local_one(client: Client, inputs: Inputs) -> None:
    make_campaign(inputs)
    hosted = inputs.raters[0]
    RaterVersion.objects.filter(pk=hosted.pk).update(kind="hosted")
    page = shown(client, address(hosted))
    assert "is not trained here" in page
    assert "Train a local rater beside it" in page


def test_a_campaign_leads_to_the_rater_that_can_learn(
    ada: Client, rated: Campaign, old: RaterVersion
) -> None:
    answer = ada.get(reverse("campaign-next", args=[rated.pk]))
    assert answer["Location"] == f"{address(old)}?queries={rated.collection_id}"
    rated.campaign_raters.all().delete()
    assert ada.get(reverse("campaign-next", args=[rated.pk])).status_code == 404
