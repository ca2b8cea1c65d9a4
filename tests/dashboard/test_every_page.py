"""Every page of the URL map, on an installation with many rows."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from benchmarks.large.fill import fill
from benchmarks.large.pages import MOST_BYTES, MOST_FIRST_BYTES, MOST_QUERIES, pages, time_page
from benchmarks.large.sizes import Sizes

SMALL = Sizes(n_campaigns=60, n_documents=1_000, n_collections=2, n_queries=40, n_raters=2)


@pytest.mark.django_db
def test_every_page_answers_with_few_queries_and_few_bytes(client: Client) -> None:
    fill(SMALL)
    client.force_login(User.objects.get(username="bench"))
    timed = [time_page(client, name, address, n_asked=3) for name, address in pages()]
    assert len(timed) >= 7
    assert {one.name: one.n_queries for one in timed if one.n_queries > MOST_QUERIES} == {}
    assert {one.name: one.n_bytes for one in timed if one.n_bytes > MOST_BYTES} == {}
    first = {one.name: one.n_first_bytes for one in timed}
    assert {name: n_bytes for name, n_bytes in first.items() if n_bytes > MOST_FIRST_BYTES} == {}
    assert max(first.values()) > 100_000  # what draws charts was found
