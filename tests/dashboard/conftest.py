"""A client who signed in, and campaigns to look at."""

import pytest
from django.core.cache import cache
from django.test import Client

from evalhub.models import Campaign, Search
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import Inputs, make_inputs
from tests.dashboard.searches import build_indexes, make_search
from tests.people import person


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Keys of rows come again from test to test; what was kept of them must not."""
    cache.clear()


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    client.force_login(person("ada"))
    return client


@pytest.fixture
def inputs(db: None) -> Inputs:
    return make_inputs()


@pytest.fixture
def campaign(inputs: Inputs) -> Campaign:
    return make_campaign(inputs)


@pytest.fixture
def built(inputs: Inputs) -> Inputs:
    """The inputs with the indexes of their systems built."""
    build_indexes(inputs.snapshot)
    return inputs


@pytest.fixture
def pair(built: Inputs) -> tuple[Search, Search]:
    """Two systems' answers: of the second's documents, two are the first's."""
    documents = built.documents
    return (
        make_search(built, built.systems[0], documents[0:4]),
        make_search(built, built.systems[1], [documents[2], documents[9], documents[0]]),
    )
