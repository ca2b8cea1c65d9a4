"""`evalhub rater import|import-table`: grades that were given elsewhere."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalhub.cli.import_commands import mapping, opened
from evalhub.cli.local import prepare

if TYPE_CHECKING:
    from evalhub.services.imported_grades import Imported, Target
    from evalhub.services.imported_tables import TableImported

queries_option = click.option(
    "--queries", "collection", metavar="COLLECTION", required=True, help="Whose queries the file names."
)
corpus_option = click.option("--corpus", help="Whose documents the file names; needed where it is not clear.")
max_grade_option = click.option(
    "--max-grade", type=click.IntRange(1, 9), default=3, show_default=True, help="G of the scale 0..G."
)
clip_option = click.option("--clip", is_flag=True, help="Count grades above the scale as its best one.")
column_option = click.option(
    "--column",
    "mapped",
    multiple=True,
    metavar="FIELD=NAME",
    help="Which column of the file is which field, such as doc_id=passage; repeatable.",
)


@click.command("import")
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True))
@queries_option
@corpus_option
@max_grade_option
@clip_option
@column_option
def import_command(
    name: str,
    path: Path,
    collection: str,
    corpus: str | None,
    max_grade: int,
    clip: bool,
    mapped: Sequence[str],
) -> int:
    """Import PATH as the grades of the rater NAME, which graded elsewhere.

    JSONL with query_id, doc_id, grade and perhaps rationale and probabilities, TREC qrels or BEIR TSV. Other
    grades are the rater's next version; the same again change nothing.
    """
    prepare()
    from django.utils import timezone

    from evalhub.formats.rated import Scale
    from evalhub.services.imported_grades import grades_import

    with opened(path) as source:
        target, scale = _target(collection, corpus), Scale(max_grade, clip)
        done = grades_import(name, source, target, scale, now=timezone.now(), columns=mapping(mapped))
    click.echo(_line(done))
    return 0


@click.command("import-table")
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True))
@queries_option
@corpus_option
@click.option("--columns", metavar="A,B", help="Columns of raters; else all that are nothing else.")
@click.option("--people", metavar="A,B", help="Columns that hold what one person said each.")
@click.option("--gold", "gold_column", metavar="NAME", help="The column to make the gold labels.")
@max_grade_option
@clip_option
@column_option
def import_table(
    path: Path,
    collection: str,
    corpus: str | None,
    columns: str | None,
    people: str | None,
    gold_column: str | None,
    max_grade: int,
    clip: bool,
    mapped: Sequence[str],
) -> int:
    """Import PATH, a table with query-id, corpus-id and a column of grades for each rater.

    An empty cell is no grade. Columns of people are kept one by one, for the human ceiling and for agreement
    of person with person.
    """
    prepare()
    from django.utils import timezone

    from evalhub.formats.rated import Scale
    from evalhub.services.imported_tables import Wanted, table_import

    chosen = None if columns is None else _names(columns)
    wanted = Wanted(chosen, _names(people or ""), gold_column or "")
    with opened(path) as source:
        target, scale = _target(collection, corpus), Scale(max_grade, clip)
        done = table_import(source, target, scale, wanted, now=timezone.now(), columns=mapping(mapped))
    for line in _table_lines(done):
        click.echo(line)
    return 0


def _target(collection_name: str, corpus: str | None) -> "Target":
    from evalhub.cli.named import find_collection
    from evalhub.selectors.rater_versions import gold_snapshot
    from evalhub.services.imported_grades import Target

    collection = find_collection(collection_name)
    return Target(collection, gold_snapshot(collection, corpus))


def _names(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]


def _line(done: "Imported") -> str:
    made = done.made
    version = made.rater_version
    parts = [f"{made.n_rows:,} grades of 0..{version.max_grade}"]
    if made.n_clipped:
        parts.append(f"{made.n_clipped:,} above it counted as {version.max_grade}")
    if made.n_merged:
        conflicts = f", of {made.n_conflicts:,} with different grades the highest" if made.n_conflicts else ""
        parts.append(f"{made.n_merged:,} of equal texts under another id merged{conflicts}")
    change = "" if done.is_new else " (there already, unchanged)"
    return f"{version.rater.name}@{version.number}: {'; '.join(parts)}{change}"


def _table_lines(done: "TableImported") -> Iterator[str]:
    yield from map(_line, done.raters)
    for person in done.people:
        withdrawn = f", {person.n_withdrawn:,} withdrawn for others" if person.n_withdrawn else ""
        yield f"{person.name}: {person.n_grades:,} grades of a person, {person.n_new:,} new{withdrawn}"
    if done.gold:
        yield f"{done.gold.name}: {done.gold.n_gold:,} gold labels, version {done.gold.gold_version}"
