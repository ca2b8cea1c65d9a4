"""Addresses of pages, drawn at random from what an installation holds."""

import random
from collections.abc import Callable
from typing import Any

from django.db.models import Model

from evalhub.dashboard.charts import KINDS
from evalhub.models import Campaign, Hit, QueryCollection

TEXTS = ("sort", "nightly-7", "kare", "")


class UnableToSample(Exception):
    """A page has a parameter that nothing here makes."""


class Sample:
    """One address being made: the values of its parameters fit each other."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._campaign: Campaign | None = None
        self._hit: Hit | None = None

    def campaign_id(self) -> int:
        """A campaign."""
        if self._campaign is None:
            self._campaign = self._any(Campaign)
        return self._campaign.pk

    def query_id(self) -> int:
        """A query of the campaign."""
        return self._a_hit().query_id

    def document_id(self) -> int:
        """A document that the campaign found for the query."""
        return self._a_hit().document_id

    def part(self) -> int:
        """The first part of a document."""
        return 1

    def name(self) -> str:
        """A chart."""
        return self._rng.choice(list(KINDS))

    def form(self) -> str:
        """The table of a chart; pictures are drawn, not read."""
        return "csv"

    def _a_hit(self) -> Hit:
        if self._hit is None:
            self.campaign_id()
            assert self._campaign is not None
            run = self._rng.choice(list(self._campaign.campaign_systems.all())).run
            collection: QueryCollection = self._campaign.collection
            query = self._rng.choice(list(collection.queries.values_list("pk", flat=True)))
            self._hit = self._rng.choice(list(run.hits.filter(query=query)))
        return self._hit

    def _any(self, model: type[Model]) -> Any:
        keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True)[:20_000])
        return model._default_manager.get(pk=self._rng.choice(keys))


# What comes after the "?", by the page's name: the dearest that a page offers.
QUESTIONS: dict[str, Callable[[random.Random], str]] = {
    "campaign-list": lambda rng: f"page={rng.randint(1, 40)}",
    "query-list": lambda rng: f"page={rng.randint(1, 10)}",
}


def sample(name: str, parameters: list[str], rng: random.Random) -> tuple[dict[str, Any], str]:
    """Values of the parameters of a page's address, and its question.

    Raises:
        UnableToSample: a parameter is not known here.
    """
    made = Sample(rng)
    values = {}
    for parameter in parameters:
        make = getattr(made, parameter, None)
        if make is None or parameter.startswith("_"):
            raise UnableToSample(f"no sample of {parameter} is made in benchmarks/large/samples.py")
        values[parameter] = make()
    return values, QUESTIONS[name](rng) if name in QUESTIONS else ""
