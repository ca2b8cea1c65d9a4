"""LLMJudge through the product: python -m benchmarks.llmjudge_product.

33 raters and gold labels are imported into a fresh installation by the command line, a worker's job computes
each report, and the published figures (Rahmani et al. 2025, arXiv:2502.13908, Tables 3 and 4) are read off
the page, over REST and from `evalhub rater evaluate --json`. Then the pages are asked for again and timed.
`--home FOLDER` keeps the installation, to look at with `evalhub up --home FOLDER`.

Labels only: the corpus has each passage's id as its title and no text. MS MARCO v2 holds many passages under
several ids; with their texts they would be one pair each for a rater (3,918 instead of 4,423).
"""

import argparse
import csv
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django
import numpy as np
from django.apps import apps

from benchmarks.html_table import TableCells

FIGURES = {
    "kappa_4pt": "kappa",
    "alpha_ordinal": "alpha_ordinal",
    "kappa_0v123": "kappa>=1",
    "kappa_01v23": "kappa>=2",
    "kappa_012v3": "kappa>=3",
}
"""Ours by the published name."""
ROUNDING = 0.5e-4 + 1e-9  # the paper prints four decimals
COLLECTION = "llmjudge"
MOST_MS, N_ASKED, N_WARM = 150.0, 40, 3

Figures = dict[str, dict[str, float]]
"""By rater and published name."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """How many of the published figures one edge gives to four decimals."""

    edge: str
    n_equal: int
    n_figures: int
    wrong: Sequence[str]


def main() -> int:
    """Import, compare, time; returns 1 where a figure differs or a page is too slow."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--home", type=Path, help="an empty folder for the installation, which is kept")
    given = arguments.parse_args()
    if not (data := os.environ.get("EVALHUB_DATA")):
        arguments.error("set EVALHUB_DATA to the folder that holds multirater-llmjudge")
    with ExitStack() as stack:
        home = given.home or stack.enter_context(tempfile.TemporaryDirectory())
        _set_up(Path(home))
        folder = Path(data) / "multirater-llmjudge"
        import_labels(folder, Path(home))
        compute_all()
        agreed = compare(folder, Path(home))
        for one in agreed:
            print(f"{one.edge:<5} {one.n_equal} of {one.n_figures} published figures to 4 decimals")
            print("".join(f"      {line}\n" for line in one.wrong), end="")
        slowest = print_times()
    return int(any(one.n_equal < one.n_figures for one in agreed) or slowest > MOST_MS)


def import_labels(folder: Path, work: Path) -> None:
    """Corpus of ids, queries, and the whole table of labels, by the command line."""
    rows = _table(folder / "raters/labels.csv")
    corpus = work / "corpus.jsonl"
    ids = sorted({row["corpus-id"] for row in rows})
    corpus.write_text("".join(json.dumps({"_id": one, "title": one, "text": ""}) + "\n" for one in ids))
    evalhub("corpus", "add", "dl23-ids", str(corpus))
    evalhub("queries", "add", COLLECTION, str(folder))
    table = str(folder / "raters/labels.csv")
    evalhub("rater", "import-table", table, "--queries", COLLECTION, "--gold", "human", "--clip")


def compute_all() -> None:
    """Ask for every rater against gold and for the overview, as pages do, and do what a worker does."""
    from django.utils import timezone

    from evalhub.models import QueryCollection
    from evalhub.selectors.agreement.asked import AgreementAsked
    from evalhub.selectors.agreement.graders import Grader, roster_of
    from evalhub.selectors.rater_versions import gold_snapshot
    from evalhub.services.agreement import agreement_request

    collection = QueryCollection.objects.select_related("workspace").get(name=COLLECTION)
    snapshot, roster = gold_snapshot(collection, None), roster_of(collection)
    started = time.monotonic()
    agreement_request(AgreementAsked(collection, snapshot, roster=roster), now=timezone.now())
    for grader in roster.graders:
        asked = AgreementAsked(collection, snapshot, grader, Grader(), roster=roster)
        agreement_request(asked, now=timezone.now())
    _work()
    n_reports = len(roster.graders) + 1
    print(f"{n_reports} reports computed in {time.monotonic() - started:.0f} s")


def compare(folder: Path, work: Path) -> list[Agreed]:
    """The published figures against each edge."""
    published = _published(folder)
    return [
        agreed(edge, published, {rater: read(rater, work) for rater in published})
        for edge, read in (("page", _from_page), ("REST", _from_rest), ("CLI", _from_cli))
    ]


def agreed(edge: str, published: Figures, found: Figures) -> Agreed:
    """Count what is equal to four decimals."""
    wrong = [
        f"{rater} {name}: {found[rater][name]:.4f}, published {value:.4f}"
        for rater, figures in published.items()
        for name, value in figures.items()
        if abs(found[rater][name] - value) > ROUNDING
    ]
    n_figures = sum(map(len, published.values()))
    return Agreed(edge, n_figures - len(wrong), n_figures, wrong)


def print_times() -> float:
    """Time the pages; returns the slowest 95th percentile in ms of server time."""
    from evalhub.models import QueryCollection

    client = _client()
    key = QueryCollection.objects.get(name=COLLECTION).pk
    rater = "willia-umbrela1%401"
    pages = {
        "all graders": f"/agreement/{key}/",
        "rater against gold": f"/agreement/{key}/pair/?first={rater}&second=gold",
        "pairs of a cell": f"/agreement/{key}/pair/?first={rater}&second=gold&cell=0,0",
        "collections": "/agreement/",
        "passport": _passport_address(),
    }
    slowest = 0.0
    for name, address in pages.items():
        timed = np.array(list(_times(client, address)))
        p95, busy_p95 = (float(value) for value in np.percentile(timed, 95, axis=0))
        print(f"{name:<20} p95 {p95:6.1f} ms of {MOST_MS:.0f} (of the processor {busy_p95:6.1f} ms)")
        slowest = max(slowest, p95)
    return slowest


def evalhub(*arguments: str) -> None:
    """Run a command of the command line in this process.

    Raises:
        SystemExit: it failed.
    """
    from evalhub.cli.commands import cli

    code = cli(list(arguments), standalone_mode=False, prog_name="evalhub")
    if code:
        raise SystemExit(int(code))


def _from_page(rater: str, work: Path) -> dict[str, float]:
    from evalhub.models import QueryCollection

    key = QueryCollection.objects.get(name=COLLECTION).pk
    answer = _client().get(f"/agreement/{key}/pair/?first={quote(rater, safe='')}%401&second=gold")
    reader = TableCells()
    reader.feed(answer.content.decode())
    rows = {row[0]: row[1] for row in reader.rows if len(row) > 1}
    return {name: float(rows[ours].replace("\u2212", "-")) for name, ours in FIGURES.items()}


def _from_rest(rater: str, work: Path) -> dict[str, float]:
    from evalhub.models import Rater

    key = Rater.objects.get(name=rater).pk
    answer = _client().get(f"/api/v1/raters/{key}/report?collection={COLLECTION}")
    return _values(answer.json())


def _from_cli(rater: str, work: Path) -> dict[str, float]:
    path = work / "report.json"
    with redirect_stdout(StringIO()):  # the table for people
        evalhub("rater", "evaluate", rater, "--queries", COLLECTION, "--json", str(path))
    return _values(json.loads(path.read_text()))


def _values(report: dict[str, Any]) -> dict[str, float]:
    return {name: report["figures"][ours]["value"] for name, ours in FIGURES.items()}


def _published(folder: Path) -> Figures:
    """Of the raters whose labels are there."""
    known = set(_table(folder / "raters/labels.csv")[0])
    return {
        row["rater"]: {name: float(row[name]) for name in FIGURES}
        for row in _table(folder / "raters/published_table3_4.csv")
        if row["rater"] in known
    }


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _times(client: Any, address: str) -> Iterator[tuple[float, float]]:
    """Milliseconds by the clock, and of this process's processor time: other work makes them differ."""
    for at in range(N_WARM + N_ASKED):
        started, busy = time.perf_counter(), time.process_time()
        answer = client.get(address)
        elapsed_ms = (time.perf_counter() - started) * 1000
        busy_ms = (time.process_time() - busy) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        if at >= N_WARM:
            yield elapsed_ms, busy_ms


def _passport_address() -> str:
    from evalhub.models import Rater

    return f"/raters/{Rater.objects.get(name='willia-umbrela1').pk}/versions/1/"


def _client() -> Any:
    from django.contrib.auth.models import User
    from django.test import Client

    from evalhub.services.members import member_ensure
    from evalhub.services.workspaces import workspace_default

    user, _ = User.objects.get_or_create(username="bench")
    member_ensure(workspace_default(), user, "admin")
    client = Client()
    client.force_login(user)
    return client


def _work() -> None:
    """Do what workers do, in this process; messages that nobody hears are sent again by the sweep."""
    from django.utils import timezone

    from evalhub.models import Job, WorkUnit
    from evalhub.pipeline.advance import advance
    from evalhub.pipeline.execute import execute

    while True:
        for key in Job.objects.filter(state__in=["waiting", "running"]).values_list("pk", flat=True):
            advance(key, now=timezone.now())
        units = list(WorkUnit.objects.filter(state="free", job__state="running").values_list("pk", flat=True))
        if not units:
            return
        for unit in units:
            execute(unit)


def _set_up(home: Path) -> None:
    os.environ["EVALHUB_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalhub.settings")
    os.environ.setdefault("EVALHUB_HOSTS", "testserver")
    if not apps.ready:
        django.setup()
    from django.conf import settings

    from evalhub.cli.local import prepare

    settings.ALLOWED_HOSTS = ["testserver"]
    prepare()


if __name__ == "__main__":
    sys.exit(main())
