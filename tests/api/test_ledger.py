"""What campaigns leave in the ledger."""

import pytest

from evalhub.models import Campaign, LedgerMonth
from evalhub.selectors.inputs.spend import campaigns_spend
from tests.api.conftest import spec, start
from tests.api.schema_check import CheckedClient
from tests.api.workers import work


@pytest.mark.usefixtures("production")
def test_a_second_campaign_reuses_what_the_first_left(api: CheckedClient) -> None:
    first = start(api, spec(cutoff=1)).json()["id"]
    work()
    second = start(api, spec(cutoff=2)).json()["id"]
    work()
    third = start(api, spec(cutoff=2, name="again")).json()["id"]
    work()

    # The run has d1, d4 for q1 and d3 for q2: two pairs in the top 1, three in the top 2. Of these, two
    # were settled before; the last campaign finds all of them.
    campaigns = [Campaign.objects.get(pk=key) for key in (first, second, third)]
    assert [(row.n_pairs, row.n_reused) for row in campaigns_spend(campaigns)] == [(2, 0), (3, 2), (3, 3)]
    (line,) = LedgerMonth.objects.all()
    # d1 and d3 have labels, d4 has none.
    assert (line.n_graded, line.n_unrated) == (2, 1)
