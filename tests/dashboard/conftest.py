"""A client who signed in, and campaigns to look at."""

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from evalhub.models import Campaign
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import Inputs, make_inputs


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Keys of rows come again from test to test; what was kept of them must not."""
    cache.clear()


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    client.force_login(User.objects.create(username="ada"))
    return client


@pytest.fixture
def inputs(db: None) -> Inputs:
    return make_inputs()


@pytest.fixture
def campaign(inputs: Inputs) -> Campaign:
    return make_campaign(inputs)
