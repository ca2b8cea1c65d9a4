"""A queue over a small campaign, and people."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from evalhub.models import GoldLabel, ReviewItem, ReviewQueue
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import make_inputs
from tests.review_rows import make_queue

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """So much later."""
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def queue(db: None) -> ReviewQueue:
    return make_queue(make_campaign(make_inputs()))


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create(username="ada")


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.create(username="bob")


def gold_of(item: ReviewItem) -> GoldLabel | None:
    """The label in force."""
    labels = GoldLabel.objects.filter(collection=item.queue.campaign.collection, removed_in=None)
    return labels.filter(query_id=item.query.query_id, doc_id=item.document.doc_id).first()
