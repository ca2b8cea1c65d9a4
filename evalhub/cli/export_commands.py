"""`evalhub export`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from evalhub.cli.local import UnableToFind, prepare
from evalhub.formats.writers import ExportFormat, write_judgments, write_qrels, write_run

if TYPE_CHECKING:
    from evalhub.models import Campaign, CampaignSystem


@click.command()
@click.argument("what", type=click.Choice(["run", "qrels", "judgments", "results"]))
@click.argument("campaign_id", metavar="ID", type=int)
@click.option("--format", "file_format", type=click.Choice(["trec", "jsonl", "csv"]))
@click.option("--system", help="Whose run; needed where the campaign has several.")
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), default="-")
def export(
    what: str, campaign_id: int, file_format: ExportFormat | None, system: str | None, output: Path
) -> int:
    """Write the run, qrels, judgments or results of campaign ID."""
    if what == "results" and file_format:
        raise click.UsageError("results are one JSON document: leave --format out")
    prepare()
    from evalhub.cli.named import find_campaign
    from evalhub.cli.report import write_json
    from evalhub.selectors.exports import judgment_rows, qrels_rows, run_rows
    from evalhub.selectors.results import campaign_results

    found = find_campaign(campaign_id)
    if what == "results":
        write_json(campaign_results(found), output)
        return 0
    with opened_for_writing(output) as out:
        if what == "run":
            write_run(run_rows(_system(found, system)), out, file_format or "trec")
        elif what == "qrels":
            write_qrels(qrels_rows(found), out, file_format or "trec")
        else:
            write_judgments(judgment_rows(found), out, file_format or "jsonl")
    return 0


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
