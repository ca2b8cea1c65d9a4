"""Three people of chorus-electronics, imported grade by grade, agree as other libraries computed."""

import csv
from pathlib import Path

import pytest
from django.utils import timezone

from evalhub.formats.rated import Scale
from evalhub.formats.source import Source
from evalhub.models import QueryCollection, Snapshot
from evalhub.selectors.agreement.overview import overview
from evalhub.services.imported_grades import Target
from evalhub.services.imported_tables import Wanted, table_import
from evalhub.services.queries import queries_import
from evalhub.services.snapshots import snapshot_import
from evalhub.services.workspaces import workspace_default

ALPHA_ORDINAL = 0.7804  # the last line of agreement_computed.csv, by the package krippendorff


@pytest.fixture
def target(db: None, evalhub_data: Path, tmp_path: Path) -> Target:
    """Queries as they are; documents by their ids alone."""
    folder = evalhub_data / "chorus-electronics"
    with (folder / "raters/individual_ratings.csv").open(newline="") as lines:
        ids = sorted({row["corpus-id"] for row in csv.DictReader(lines)})
    corpus = tmp_path / "corpus.csv"
    corpus.write_text("_id,title,text\n" + "".join(f"{one},{one},\n" for one in ids))
    workspace = workspace_default()
    snapshot: Snapshot = snapshot_import(workspace, "chorus", Source.at(corpus), clock=timezone.now)
    queries: QueryCollection = queries_import(workspace, "chorus", Source.at(folder))
    return Target(queries, snapshot)


def test_person_with_person_and_with_the_settled_grade(target: Target, evalhub_data: Path) -> None:
    folder = evalhub_data / "chorus-electronics/raters"
    people = ["agent_1", "agent_2", "agent_3"]
    wanted = Wanted(columns=[], people=people, gold="final")
    table_import(Source.at(folder / "individual_ratings.csv"), target, Scale(3), wanted, now=timezone.now())
    target.collection.refresh_from_db()
    found = overview(target.collection, target.snapshot, None)
    names = {one["name"]: at for at, one in enumerate(found["matrix"]["graders"])}
    names["final"] = names["gold labels"]
    with (folder / "agreement_computed.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["rater_b"]]
    assert len(rows) == 6
    for row in rows:
        kappa = found["matrix"]["kappa_quadratic"][names[row["rater_a"]]][names[row["rater_b"]]]
        assert kappa == pytest.approx(float(row["kappa_quadratic"]), abs=5e-5)
    ceiling = found["human_ceiling"]
    between = [float(row["kappa_quadratic"]) for row in rows if row["rater_b"] != "final"]
    assert ceiling["pairwise"]["value"] == pytest.approx(sum(between) / 3, abs=5e-5)
    assert ceiling["alpha_ordinal"]["value"] == pytest.approx(ALPHA_ORDINAL, abs=5e-5)
