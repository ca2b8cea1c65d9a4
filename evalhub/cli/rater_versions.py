"""`evalhub rater show|diff`: what a rater version is made of, and what changed between two."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalhub.cli.local import prepare
from evalhub.cli.table import PLAIN_WIDTH

Json = dict[str, Any]
JSON_PATH = click.Path(path_type=Path, allow_dash=True)
COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command()
@click.argument("name", metavar="RATER")
@click.option("--json", "json_path", type=JSON_PATH)
def show(name: str, json_path: Path | None) -> int:
    """Show everything that makes RATER (NAME or NAME@NUMBER): fields, grades, prompt, examples, members."""
    prepare()
    from evalhub.cli.report import write_json
    from evalhub.selectors.rater_diff import rater_details
    from evalhub.selectors.rater_versions import find_rater_version
    from evalhub.services.workspaces import workspace_default

    details = rater_details(find_rater_version(workspace_default(), name))
    if json_path:
        write_json(details, json_path)
    if str(json_path) != "-":
        _print_details(details)
    return 0


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--json", "json_path", type=JSON_PATH)
def diff(old: str, new: str, json_path: Path | None) -> int:
    """Show what is different in NEW, such as judge@2, from OLD, such as judge@1: fields and prompt."""
    prepare()
    from evalhub.cli.rater_table import name_of
    from evalhub.cli.report import write_json
    from evalhub.selectors.rater_diff import versions_diff
    from evalhub.selectors.rater_versions import find_rater_version
    from evalhub.services.workspaces import workspace_default

    workspace = workspace_default()
    found = versions_diff(find_rater_version(workspace, old), find_rater_version(workspace, new))
    if json_path:
        write_json(found, json_path)
    if str(json_path) != "-":
        _print_diff(found, name_of(found["old"]), name_of(found["new"]))
    return 0


def _print_details(details: Json) -> None:
    console = _console()
    title = f"{details['name']}@{details['number']}"
    console.print(
        f"[bold]{escape(title)}[/bold] ({details['kind']}), {details['n_judgments']:,} judgments, "
        f"made {details['created_at'][:10]}, {details['version']}",
        soft_wrap=True,
    )
    table = Table("field", "value")
    for field, value in details["settings"].items():
        table.add_row(escape(field), escape(str(value)))
    for name, member in details["members"].items():
        table.add_row(escape(f"member {name}"), escape(member))
    console.print(table)
    grades = Table("grade", "name", "meaning")
    for grade in details["rubric"]["grades"]:
        grades.add_row(str(grade["value"]), escape(grade["name"]), escape(grade["meaning"]))
    console.print(grades)
    if details["n_training_queries"]:
        click.echo(f"learnt from {details['n_training_queries']:,} queries, on which it is not measured")
    if details["kind"] != "panel":
        click.echo(f"prompt {details['rubric']['name']}:\n\n{details['prompt']}")


def _print_diff(found: Json, old: str, new: str) -> None:
    console = _console()
    if found["is_same_version"]:
        click.echo(f"{old} and {new} are the same version")
        return
    if found["changes"]:
        table = Table("field", escape(old), escape(new), "can change grades")
        for row in found["changes"]:
            cells = ("–" if row[side] in (None, "") else escape(str(row[side])) for side in ("old", "new"))
            table.add_row(escape(row["field"]), *cells, "yes" if row["makes_version"] else "no")
        console.print(table)
    if not found["prompt"]:
        click.echo("the prompts are the same")
    for line in found["prompt"].split("\n") if found["prompt"] else []:
        click.secho(line, fg=COLOURS.get(line[:1]))


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=PLAIN_WIDTH)
