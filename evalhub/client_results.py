"""What is read of a server beside single campaigns: whole runs, lists, and results as tables."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, get_args
from urllib.parse import parse_qsl, urlsplit

from evalhub.client_deadline import Deadline
from evalhub.core.errors import UserError

if TYPE_CHECKING:
    import os

    import pandas as pd

    from evalhub.spec.campaign import CampaignSpec

Json = dict[str, Any]
OnProgress = Callable[[Json], object]
Frame = Literal["systems", "comparisons", "queries", "hits"]
FRAMES: tuple[Frame, ...] = get_args(Frame)


class UnableToFind(UserError):
    """The server has nothing of that name."""


class UnableToMakeFrame(UserError):
    """There is no pandas, or no such table."""


class Asking(Protocol):
    """The part of a client that this is made of."""

    def _get(self, address: str, **options: Any) -> Json: ...
    def until(self, deadline: Deadline | None) -> Self: ...
    def create_campaign(self, spec: Mapping[str, Any]) -> Json: ...
    def wait(
        self, campaign_id: int, on_progress: OnProgress | None = None, *, deadline: Deadline | None = None
    ) -> Json: ...
    def results(self, campaign_id: int) -> Json: ...
    def upload_corpus(self, name: str, path: Any, *, on_progress: OnProgress | None = None) -> Json: ...
    def upload_queries(self, name: str, path: Any) -> Json: ...
    def upload_gold(
        self,
        collection: str,
        path: Any,
        *,
        corpus: str | None = None,
        snapshot: int | None = None,
        version: int | None = None,
    ) -> Json: ...
    def upload_run(
        self,
        name: str,
        path: Any,
        *,
        corpus: str,
        collection: str,
        snapshot: int | None = None,
        version: int | None = None,
    ) -> Json: ...


class ResultsClient(Asking):
    """Runs, lists and tables; `evalhub.client.EvalHub` is one."""

    def run(
        self,
        spec: "CampaignSpec | Mapping[str, Any] | str | os.PathLike[str]",
        *,
        on_progress: OnProgress | None = None,
        deadline: Deadline | None = None,
    ) -> Json:
        """Run a campaign to its end: upload the files a spec names, start, wait; returns the results.

        The campaign is of what was uploaded here, whoever uploads something newer meanwhile.

        Args:
            spec: the path of a SPEC.yaml, or its fields, whose files count from the working folder.
            on_progress: is given the import's job, then the campaign, at every look.

        Raises:
            SpecError: the spec is wrong.
            EvalHubError: the server refused something, or is not there.
            TookTooLong: the time is up; what was begun goes on.
        """
        hub = self.until(deadline)
        campaign = hub.create_campaign(_uploaded(hub, _read(spec), on_progress))
        hub.wait(campaign["id"], on_progress)
        return hub.results(campaign["id"])

    def pages(self, address: str, **filters: object) -> Iterator[Json]:
        """Every row of a list, such as "campaigns" or "campaigns/7/queries", page by page."""
        asked: Mapping[str, Any] | None = filters
        while asked is not None:
            page = self._get(address, params=asked)
            yield from page["results"]
            following = page.get("next")
            asked = dict(parse_qsl(urlsplit(following).query)) if following else None

    def campaigns(self, **filters: object) -> Iterator[Json]:
        """Campaigns, newest first; by state, name, tag, branch or commit."""
        return self.pages("campaigns", **filters)

    def campaign_named(self, name: str, **filters: object) -> Json:
        """The newest campaign of a name.

        Raises:
            UnableToFind: there is none.
        """
        found = next(self.campaigns(name=name, **filters), None)
        if found is None:
            of = "".join(f", {key} {value}" for key, value in filters.items())
            raise UnableToFind(f'no campaign is named "{name}"{of}; list them by hub.campaigns()')
        return found

    def frame(self, campaign_id: int, kind: Frame, **asked: object) -> "pd.DataFrame":
        """A table of a campaign's results: a row for each value.

        Args:
            kind: systems, comparisons, queries (a value of each system), or hits.
            asked: of hits: `system` and `query_id`.

        Raises:
            UnableToMakeFrame: pandas is not installed, or there is no such table.
        """
        if kind not in FRAMES:
            raise UnableToMakeFrame(f"no table {kind!r}; there are: {', '.join(FRAMES)}")
        try:
            import pandas as pd
        except ImportError as error:
            remedy = "install it (pip install pandas), or take hub.results(), which needs nothing"
            raise UnableToMakeFrame(f"tables need pandas; {remedy}") from error
        return pd.DataFrame(self._rows(campaign_id, kind, asked))

    def _rows(self, campaign_id: int, kind: Frame, asked: Mapping[str, object]) -> list[Json]:
        if kind == "queries":
            return _query_rows(self.pages(f"campaigns/{campaign_id}/queries"))
        if kind == "hits":
            return _hit_rows(self.pages(f"campaigns/{campaign_id}/hits", **asked))
        results = self.results(campaign_id)
        return _system_rows(results) if kind == "systems" else list(results["comparisons"])


def _read(spec: "CampaignSpec | Mapping[str, Any] | str | os.PathLike[str]") -> "CampaignSpec":
    from evalhub.spec.campaign import CampaignSpec
    from evalhub.spec.load import load_spec, parse_spec

    if isinstance(spec, CampaignSpec):
        return spec
    return parse_spec(dict(spec), base_dir=Path.cwd()) if isinstance(spec, Mapping) else load_spec(Path(spec))


def _uploaded(hub: Asking, spec: "CampaignSpec", on_progress: OnProgress | None) -> Json:
    """Upload the files that a spec names; returns the spec with names, numbers and ids in their place.

    The numbers are those that the uploads were answered with: another job may upload to the same names.
    """
    corpus, queries = spec.corpus, spec.queries
    snapshot, version, gold_version = corpus.snapshot, queries.version, queries.gold_version
    if corpus.path:
        snapshot = hub.upload_corpus(corpus.name, corpus.path, on_progress=on_progress)["snapshot"]["number"]
    if queries.path:
        version = hub.upload_queries(queries.name, queries.path)["version"]
    states: dict[str, Any] = {"corpus": corpus.name, "snapshot": snapshot, "version": version}
    if queries.qrels:
        gold_version = hub.upload_gold(queries.name, queries.qrels, **states)["gold_version"]
    asked = spec.to_dict()
    asked["corpus"] = _pinned(name=corpus.name, snapshot=snapshot)
    asked["queries"] = _pinned(name=queries.name, version=version, gold_version=gold_version)
    for position, system in enumerate(spec.systems):
        if system.run:
            kept = hub.upload_run(system.name, system.run, collection=queries.name, **states)
            asked["systems"][position] = {"name": system.name, "id": kept["id"]}
    return asked


def _pinned(**fields: object) -> Json:
    return {key: value for key, value in fields.items() if value is not None}


def _system_rows(results: Json) -> list[Json]:
    return [
        {"system": row["name"], "rater": row["rater"] if key == "measures" else "gold", "measure": name}
        | measure
        for key in ("measures", "gold_measures")
        for row in results["systems"]
        for name, measure in row[key].items()
    ]


def _query_rows(rows: Iterator[Json]) -> list[Json]:
    return [
        {"query_id": row["query_id"], "text": row["text"], "tags": row["tags"]} | value
        for row in rows
        for value in row["values"]
    ]


def _hit_rows(rows: Iterator[Json]) -> list[Json]:
    found = []
    for row in rows:
        judgments = row.pop("judgments")
        grades = {f"grade by {one['rater']}": one["grade"] for one in judgments}
        found.append(row | grades)
    return found
