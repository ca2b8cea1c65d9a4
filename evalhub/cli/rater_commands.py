"""`evalhub rater list|evaluate`, and the group of the others."""

from collections.abc import Sequence
from pathlib import Path

import click

from evalhub.cli.local import prepare
from evalhub.cli.rater_probe import probe
from evalhub.cli.rater_train import train

GOLD = "gold"


@click.group()
def rater() -> None:
    """Raters: who grades, and how far to believe them."""


@rater.command("list")
def list_command() -> int:
    """List raters with their versions, newest first."""
    prepare()
    from django.db.models import Count

    from evalhub.models import RaterVersion
    from evalhub.services.workspaces import workspace_default

    rows = RaterVersion.objects.filter(workspace=workspace_default()).select_related("rater")
    for row in rows.annotate(n_judgments=Count("judgments")).order_by("-pk"):
        name = f"{row.rater.name}@{row.number}"
        click.echo(
            f"{name:<30}  {row.kind:<13}  0..{row.max_grade}  {row.n_judgments:>9,} judgments  {row.model}"
        )
    if not rows:
        click.echo("no raters yet; a campaign makes them: evalhub run SPEC.yaml")
    return 0


@rater.command("evaluate")
@click.argument("name", metavar="RATER")
@click.option("--queries", "collection_name", metavar="COLLECTION", required=True, help="Whose gold labels.")
@click.option(
    "--against",
    default=GOLD,
    show_default=True,
    metavar="gold|RATER|person:NAME",
    help="What to hold it against.",
)
@click.option("--compare", metavar="RATER", help="Another rater, for paired differences on the same pairs.")
@click.option("--corpus", help="Whose documents the labels grade; needed where it is not clear.")
@click.option("--gold-max", type=click.IntRange(min=1), help="G of the gold scale; else the highest label.")
@click.option(
    "--threshold",
    "thresholds",
    multiple=True,
    metavar="R:G",
    help="Where scales differ: kappa of rater >= R against gold >= G; repeatable.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Of the bootstrap.")
@click.option("--json", "json_path", type=click.Path(path_type=Path, allow_dash=True))
def evaluate(
    name: str,
    collection_name: str,
    against: str,
    compare: str | None,
    corpus: str | None,
    gold_max: int | None,
    thresholds: Sequence[str],
    seed: int | None,
    json_path: Path | None,
) -> int:
    """Hold what RATER (NAME or NAME@NUMBER, or person:NAME) has graded against labels, a rater or a person.

    Reads stored judgments only: nothing is graded, nothing costs. Queries that trained a rater are left out.
    """
    pairs = thresholds_of(thresholds)
    prepare()
    from evalhub.cli.named import find_collection
    from evalhub.cli.rater_table import print_report
    from evalhub.cli.report import write_json
    from evalhub.selectors.agreement.graders import PERSON, Grader, grader_of
    from evalhub.selectors.rater_report import SEED, Asked, rater_report
    from evalhub.selectors.rater_versions import find_rater_version, gold_snapshot
    from evalhub.services.workspaces import workspace_default

    collection = find_collection(collection_name)
    if name.startswith(PERSON):
        first = grader_of(collection, name)
    else:
        first = Grader(find_rater_version(workspace_default(), name))
    second = grader_of(collection, against)
    report = rater_report(
        Asked(
            version=first.version,
            person=first.person,
            collection=collection,
            snapshot=None if first.version and second.version else gold_snapshot(collection, corpus),
            against=second.version,
            against_person=second.person,
            compared=find_rater_version(workspace_default(), compare) if compare else None,
            gold_max=gold_max,
            thresholds=pairs,
            seed=SEED if seed is None else seed,
        )
    )
    if json_path:
        write_json(report, json_path)
    if str(json_path) != "-":
        print_report(report)
    return 0


def thresholds_of(given: Sequence[str]) -> list[tuple[int, int]]:
    """R:G options as numbers."""
    pairs = []
    for text in given:
        ours, colon, theirs = text.partition(":")
        if not (colon and ours.isdecimal() and theirs.isdecimal()):
            raise click.UsageError(f'--threshold {text}: write R:G, such as "2:1"')
        pairs.append((int(ours), int(theirs)))
    return pairs


rater.add_command(train)
rater.add_command(probe)
