"""`evalhub export`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

import click

from evalhub.cli.local import UnableToFind, prepare
from evalhub.formats.gold_writer import GOLD_FORMATS, GoldFormat, GoldRow, write_gold
from evalhub.formats.writers import ExportFormat, write_judgments, write_qrels, write_run

if TYPE_CHECKING:
    from evalhub.models import Campaign, CampaignSystem


CAMPAIGN_FORMATS = ("trec", "jsonl", "csv")
GOLD = "gold"


@click.command()
@click.argument("what", type=click.Choice(["run", "qrels", "judgments", "results", GOLD]))
@click.argument("named", metavar="ID|QUERIES")
@click.option("--format", "file_format", type=click.Choice(["trec", "jsonl", "csv", "beir"]))
@click.option("--system", help="Whose run; needed where the campaign has several.")
@click.option("--version", type=int, help="Of gold labels; else the current one.")
@click.option("--people", is_flag=True, help="Of gold labels: what every person said, as JSON Lines.")
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), default="-")
def export(
    what: str,
    named: str,
    file_format: str | None,
    system: str | None,
    version: int | None,
    people: bool,
    output: Path,
) -> int:
    """Write the run, qrels, judgments or results of campaign ID, or the gold labels of QUERIES.

    Gold labels are written as trec, beir or jsonl (the default, with who, when and how chosen), so that
    `evalhub gold add` takes them back.
    """
    if what == GOLD:
        _export_gold(named, file_format or "jsonl", version, people, output)
        return 0
    if people or version is not None:
        raise click.UsageError("--version and --people are of gold labels: export gold QUERIES")
    if what == "results" and file_format:
        raise click.UsageError("results are one JSON document: leave --format out")
    if file_format == "beir":
        raise click.UsageError(f"choose --format from {', '.join(CAMPAIGN_FORMATS)}; beir is for gold labels")
    if not named.isdecimal():
        raise click.UsageError(f"{named!r} is no campaign ID; see: evalhub campaign list")
    _export_of_campaign(what, int(named), cast("ExportFormat | None", file_format), system, output)
    return 0


def _export_gold(name: str, file_format: str, version: int | None, people: bool, output: Path) -> None:
    if file_format not in GOLD_FORMATS:
        raise click.UsageError(f"gold labels are written as {', '.join(GOLD_FORMATS)}")
    if people and (file_format != "jsonl" or version is not None):
        raise click.UsageError(
            "--people writes what people say now, as jsonl: leave --version and --format out"
        )
    prepare()
    from evalhub.cli.named import find_collection
    from evalhub.selectors.gold.exports import gold_rows, gold_version_of, people_rows

    collection = find_collection(name)
    number = gold_version_of(collection, version)
    rows: Iterator[GoldRow] = people_rows(collection) if people else gold_rows(collection, number)
    with opened_for_writing(output) as out:
        write_gold(rows, out, cast("GoldFormat", file_format))


def _export_of_campaign(
    what: str, campaign_id: int, file_format: ExportFormat | None, system: str | None, output: Path
) -> None:
    prepare()
    from evalhub.cli.named import find_campaign
    from evalhub.cli.report import write_json
    from evalhub.selectors.exports import judgment_rows, qrels_rows, run_rows
    from evalhub.selectors.results import campaign_results

    found = find_campaign(campaign_id)
    if what == "results":
        write_json(campaign_results(found), output)
        return
    with opened_for_writing(output) as out:
        if what == "run":
            write_run(run_rows(_system(found, system)), out, file_format or "trec")
        elif what == "qrels":
            write_qrels(qrels_rows(found), out, file_format or "trec")
        else:
            write_judgments(judgment_rows(found), out, file_format or "jsonl")


@contextmanager
def opened_for_writing(path: Path) -> Iterator[TextIO]:
    """Standard output, or a file that appears under its name only when it is whole."""
    if str(path) == "-":
        yield sys.stdout
        return
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as out:
            yield out
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _system(campaign: "Campaign", name: str | None) -> "CampaignSystem":
    rows = {row.system.name: row for row in campaign.campaign_systems.select_related("system")}
    if name is None and len(rows) == 1:
        return next(iter(rows.values()))
    if name not in rows:
        raise UnableToFind(f"campaign {campaign.pk} has these systems: {', '.join(rows)}; choose by --system")
    return rows[name]
