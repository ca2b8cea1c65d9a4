"""The page of spend."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from evalhub.models import Campaign, CampaignJob, Job, LedgerMonth, ModelPrice, RatePool
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import Inputs
from tests.dashboard.markup import tables, text

MaxQueries = Callable[[int], AbstractContextManager[Any]]
MOST_QUERIES = 12


def test_an_empty_installation_says_what_will_be_here(signed_in: Client) -> None:
    assert "Nothing was graded yet" in text(signed_in.get("/spend/"))


def test_totals_by_month_rater_and_campaign(
    signed_in: Client, inputs: Inputs, django_assert_max_num_queries: MaxQueries
) -> None:
    first, second = make_campaign(inputs, name="first"), make_campaign(inputs, name="second")
    judge, other = inputs.raters
    months = (
        (judge, date(2026, 1, 1), 90, "1.50"),
        (judge, date(2026, 2, 1), 10, "0.25"),
        (other, date(2026, 2, 1), 5, "0"),
    )
    for version, month, n, usd in months:
        LedgerMonth.objects.create(
            rater_version=version, month=month, n_graded=n, n_unrated=1, input_tokens=10 * n, cost_usd=usd
        )
    # The first campaign paid 1.75 of a pool of 100 pairs of which 20, once 0.40, were there; the second
    # found the job finished.
    Campaign.objects.filter(pk__in=[first.pk, second.pk]).update(budget_usd=5)
    CampaignJob.objects.filter(job__kind="rate").delete()
    job = Job.objects.filter(kind="rate").first()
    assert job is not None
    Job.objects.filter(pk=job.pk).update(spent_usd="1.75")
    RatePool.objects.create(job=job, n_pairs=100, n_reused=20, reused_usd="0.40")
    CampaignJob.objects.create(campaign=first, job=job, is_reused=False)
    CampaignJob.objects.create(campaign=second, job=job, is_reused=True, spent_before_usd="1.75")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = signed_in.get("/spend/")

    shown = text(page)
    assert "Spent$1.75" in shown
    assert "Judgments108 3 of them unrated" in shown
    assert "Reused120 pairs" in shown
    assert "Saved by that$2.55" in shown  # 0.40, and 0.40 + 1.75
    assert [row[:6] for row in tables(page, "By month")[0]] == [
        ["February 2026", "15", "2", "150", "0", "$0.25"],
        ["January 2026", "90", "1", "900", "0", "$1.50"],
    ]
    assert [row[-1] for row in tables(page, "By rater version")[0]] == ["$1.75", "$0.00"]
    rows = {row[0].split(" ")[0]: row[2:7] for row in tables(page, "Newest first; a dash")[0]}
    assert rows == {
        "first": ["100", "20", "$1.75", "$0.40", "$5.00"],
        "second": ["100", "100", "$0.00", "$2.15", "$5.00"],
    }


def test_campaigns_older_than_the_figures_have_dashes(signed_in: Client, campaign: Campaign) -> None:
    row = tables(signed_in.get("/spend/"), "Newest first; a dash")[0][0]
    assert (row[2], row[3], row[5], row[6]) == ("–", "–", "–", "–")


def test_a_price_is_set_on_the_page(signed_in: Client, inputs: Inputs) -> None:
    answer = signed_in.post("/spend/price", {"model": "gpt-x", "input": "0.15", "output": "0.6"}, follow=True)

    price = ModelPrice.objects.get()
    assert (price.model, price.input_usd_per_mtok, price.output_usd_per_mtok) == ("gpt-x", 0.15, 0.6)
    assert "The price of gpt-x is set" in text(answer)
    assert tables(answer, "US dollars for")[0][0][:3] == ["gpt-x", "$0.15", "$0.60"]


@pytest.mark.parametrize(
    "given",
    [
        {"model": "", "input": "1", "output": "1"},
        {"model": "m", "input": "-1", "output": "1"},
        {"model": "m", "input": "nan", "output": "1"},
        {"model": "m", "input": "1", "output": "much"},
        {"model": "m\x00", "input": "1", "output": "1"},
    ],
)
def test_a_price_that_is_none_is_refused(signed_in: Client, given: dict[str, str]) -> None:
    answer = signed_in.post("/spend/price", given, follow=True)

    assert "Write" in text(answer)
    assert not ModelPrice.objects.exists()


def test_the_ledger_of_a_campaign_page_agrees(signed_in: Client, campaign: Campaign) -> None:
    """The sums that are kept are those that counting gives."""
    from evalhub.models import Judgment
    from evalhub.services.ledger import ledger_add
    from tests.dashboard.inputs import START

    rows = list(Judgment.objects.filter(rater_version__rater__name="judge"))
    ledger_add(rows[:10], now=START)
    ledger_add(rows[10:], now=START)

    line = LedgerMonth.objects.get()
    assert (line.n_graded + line.n_unrated, line.n_unrated) == (len(rows), 2)
    assert line.input_tokens == 100 * len(rows)
    assert line.cost_usd == sum((row.cost_usd for row in rows), Decimal(0))
    assert line.month == date(2026, 1, 1)
