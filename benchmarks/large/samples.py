"""Addresses of pages, drawn at random from what an installation holds."""

import random
from collections.abc import Callable
from typing import Any

from django.db.models import Model

from evalhub.dashboard.charts import KINDS
from evalhub.dashboard.result.changes import FILES
from evalhub.dashboard.result.table_files import TABLES
from evalhub.models import (
    Campaign,
    Corpus,
    EmbeddingModel,
    Hit,
    Job,
    QueryCollection,
    RaterProbe,
    ReviewItem,
    Schedule,
    Search,
    Webhook,
)

# Pages of a campaign whose pairs are collected.
REVIEWED = ("review", "review-pair", "review-differ", "review-people", "review-item")
# Of the charts of a profile those that need no model.
PROFILE_CHARTS = ["lengths", "languages", "overlap"]


class UnableToSample(Exception):
    """A page has a parameter that nothing here makes."""


class Sample:
    """One address being made: the values of its parameters fit each other."""

    def __init__(self, page: str, rng: random.Random) -> None:
        self._page = page
        self._rng = rng
        self._campaign: Campaign | None = None
        self._hit: Hit | None = None
        self._probe: RaterProbe | None = None
        self._searches: list[Search] = []
        self._item: ReviewItem | None = None

    def campaign_id(self) -> int:
        """A campaign."""
        if self._campaign is None:
            is_reviewed = self._page in REVIEWED
            self._campaign = self._an_item().queue.campaign if is_reviewed else self._any(Campaign)
        return self._campaign.pk

    def item_id(self) -> int:
        """A pair of the campaign's review."""
        return self._an_item().pk

    def query_id(self) -> int:
        """A query of the campaign."""
        return self._a_hit().query_id

    def document_id(self) -> int:
        """A document that the campaign found for the query."""
        return self._a_hit().document_id

    def corpus_id(self) -> int:
        """A corpus."""
        return int(self._any(Corpus).pk)

    def collection_id(self) -> int:
        """A query collection."""
        return int(self._any(QueryCollection).pk)

    def model_id(self) -> int:
        """An embedding model."""
        return int(self._any(EmbeddingModel).pk)

    def job_id(self) -> int:
        """An import."""
        return int(Job.objects.filter(kind=Job.Kind.INGEST).values_list("pk", flat=True)[0])

    def rater_id(self) -> int:
        """The rater of the try-out."""
        return self._a_probe().rater_version.rater_id

    def number(self) -> int:
        """The version of the try-out."""
        return self._a_probe().rater_version.number

    def probe_id(self) -> int:
        """A try-out."""
        return self._a_probe().pk

    def search_id(self) -> int:
        """A search."""
        return self._two_searches()[0].pk

    def beside_id(self) -> int:
        """Another search."""
        return self._two_searches()[1].pk

    def webhook_id(self) -> int:
        """A destination of messages."""
        return int(self._any(Webhook).pk)

    def schedule_id(self) -> int:
        """A schedule."""
        return int(self._any(Schedule).pk)

    def part(self) -> int:
        """The first part of a document."""
        return 1

    def name(self) -> str:
        """A chart, or a model of the catalogue."""
        if self._page == "known-model":
            return "minilm"
        if self._page == "agreement-chart":
            return "graders"
        return self._rng.choice(PROFILE_CHARTS if self._page == "corpus-profile-chart" else list(KINDS))

    def table(self) -> str:
        """A table to take along."""
        return self._rng.choice(list(FILES) if self._page == "changes-file" else list(TABLES))

    def form(self) -> str:
        """The table of a chart; pictures are drawn, not read."""
        return "csv"

    def _a_probe(self) -> RaterProbe:
        if self._probe is None:
            self._probe = self._any(RaterProbe)
        return self._probe

    def _an_item(self) -> ReviewItem:
        if self._item is None:
            self._item = self._any(ReviewItem)
        return self._item

    def _two_searches(self) -> list[Search]:
        if not self._searches:
            first = self._any(Search)
            beside = Search.objects.exclude(system=first.system).get(text=first.text)
            self._searches = [first, beside]
        return self._searches

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
    "agreement-pair": lambda rng: "first=judge@1&second=gold&cell=0,0",
    "schedule-new": lambda rng: f"campaign={Campaign.objects.values_list('pk', flat=True)[0]}",
    "query-list": lambda rng: f"page={rng.randint(1, 10)}",
}


def sample(name: str, parameters: list[str], rng: random.Random) -> tuple[dict[str, Any], str]:
    """Values of the parameters of a page's address, and its question.

    Raises:
        UnableToSample: a parameter is not known here.
    """
    made = Sample(name, rng)
    values = {}
    for parameter in parameters:
        make = getattr(made, parameter, None)
        if make is None or parameter.startswith("_"):
            raise UnableToSample(f"no sample of {parameter} is made in benchmarks/large/samples.py")
        values[parameter] = make()
    return values, QUESTIONS[name](rng) if name in QUESTIONS else ""
