"""The page of spend."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from evalhub.dashboard.formatting import usd
from evalhub.models import Campaign, CampaignJob, CampaignRating, Job, LedgerMonth, ModelPrice
from evalhub.selectors.results import campaign_results
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
    for version, month, n, cost in months:
        LedgerMonth.objects.create(
            rater_version=version, month=month, n_graded=n, n_unrated=1, input_tokens=10 * n, cost_usd=cost
        )
    # The first campaign paid 1.75 of 100 pairs of which 20, once 0.40, were there; the second nothing, of the
    # same. The third is not done: what its job spent since it asked is all that is known.
    Campaign.objects.filter(pk__in=[first.pk, second.pk]).update(budget_usd=5)
    CampaignRating.objects.all().delete()
    told = {"pairs": 100, "rated": 100, "unrated": 0, "truncated": 0, "input_tokens": 0, "output_tokens": 0}
    for campaign, reused, cost, saved in ((first, 20, "1.75", "0.40"), (second, 100, "0", "2.15")):
        CampaignRating.objects.create(
            campaign=campaign, rater_version=judge, reused=reused, cost_usd=cost, saved_usd=saved, **told
        )
    running = make_campaign(inputs, name="running", state=Campaign.State.RUNNING)
    link = CampaignJob.objects.filter(campaign=running, job__kind="rate").first()
    assert link is not None
    Job.objects.filter(pk=link.job_id).update(spent_usd="0.75")
    CampaignJob.objects.filter(pk=link.pk).update(spent_before_usd="0.50")
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
        "running": ["–", "–", "$0.25", "–", "–"],
    }


def test_a_done_campaign_shows_the_numbers_of_its_result(signed_in: Client, campaign: Campaign) -> None:
    ratings = campaign_results(campaign)["ratings"]
    row = tables(signed_in.get("/spend/"), "Newest first; a dash")[0][0]
    n_pairs, n_reused = (sum(one[key] for one in ratings) for key in ("pairs", "reused"))
    cost, saved = (sum(one[key] for one in ratings) for key in ("cost_usd", "saved_usd"))
    assert cost > 0
    assert row[2:6] == [f"{n_pairs:,}", str(n_reused), usd(cost), usd(saved)]


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
