"""`evalhub rater agreement`: all graders of a collection."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalhub.cli.ci.words import value_text
from evalhub.cli.local import prepare
from evalhub.cli.table import PLAIN_WIDTH

Json = dict[str, Any]
FIGURES = ("kappa_quadratic", "accuracy", "majority_baseline", "bias_gains")


@click.command("agreement")
@click.argument("collection_name", metavar="COLLECTION")
@click.option("--corpus", help="Whose documents the labels grade; needed where it is not clear.")
@click.option("--gold-max", type=click.IntRange(min=1), help="G of the gold scale; else the highest label.")
@click.option("--json", "json_path", type=click.Path(path_type=Path, allow_dash=True))
def agreement(collection_name: str, corpus: str | None, gold_max: int | None, json_path: Path | None) -> int:
    """Hold everybody who graded COLLECTION against its gold labels, best first; the page has the same.

    Reads stored grades only. With --json also the agreement of each with each.
    """
    prepare()
    from django.utils import timezone

    from evalhub.cli.named import find_collection
    from evalhub.cli.report import write_json
    from evalhub.selectors.agreement.asked import AgreementAsked
    from evalhub.selectors.rater_versions import gold_snapshot
    from evalhub.services.agreement import agreement_now

    collection = find_collection(collection_name)
    asked = AgreementAsked(collection, gold_snapshot(collection, corpus), gold_max=gold_max)
    found = agreement_now(asked, now=timezone.now()).figures or {}
    if json_path:
        write_json(found, json_path)
    if str(json_path) != "-":
        _print(found)
    return 0


def _print(found: Json) -> None:
    console = Console()
    console = console if console.is_terminal else Console(width=PLAIN_WIDTH)
    if not found["graders"]:
        console.print("Nobody to hold against gold labels: there are no labels above 0, or no graders yet.")
        return
    table = Table("grader", "quadratic kappa", "accuracy", "majority", "bias (gains)", "pairs")
    for row in found["graders"]:
        figures = [row["figures"].get(name) for name in FIGURES]
        cells = ["–" if one is None else escape(value_text(one)) for one in figures]
        table.add_row(escape(row["name"]), *cells, f"{row['n_pairs']:,}")
    console.print(table)
    if ceiling := found["human_ceiling"]:
        console.print(
            f"People among themselves: quadratic kappa {escape(value_text(ceiling['pairwise']))} of two, "
            f"{escape(value_text(ceiling['against_others']))} of one against the others.",
            soft_wrap=True,
        )
