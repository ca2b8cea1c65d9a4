"""`evalhub corpus|queries|gold add`: import, safe to repeat."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from evalhub.cli.local import prepare
from evalhub.cli.watch_import import importing
from evalhub.formats.columns import ColumnMapping
from evalhub.formats.source import Source, spool

STDIN = "-"

path_argument = click.argument("path", type=click.Path(path_type=Path, allow_dash=True))
column_option = click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=NAME",
    help="Which column of the file is which field, such as doc_id=sku; repeatable.",
)


def checked_name(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    """A name as specs and requests can give it.

    Raises:
        BadParameter: empty, too long, or not to be told apart on a screen.
    """
    from pydantic import TypeAdapter, ValidationError

    from evalhub.spec.parts import Name

    try:
        return TypeAdapter[str](Name).validate_python(name)
    except ValidationError as error:
        raise click.BadParameter(
            f"{name[:40]!r}: {error.errors()[0]['msg']}; write 1 to 100 printable characters"
        ) from error


name_argument = click.argument("name", callback=checked_name)


@click.group()
def corpus() -> None:
    """Corpora: what is searched."""


@corpus.command("add")
@name_argument
@path_argument
@column_option
def corpus_add(name: str, path: Path, columns: Sequence[str]) -> int:
    """Import PATH (a file, a BEIR folder, or - for standard input) as the latest state of corpus NAME."""
    prepare()
    from django.utils import timezone

    from evalhub.services.snapshots import snapshot_import
    from evalhub.services.workspaces import workspace_default

    with opened(path) as source, importing(name) as tell:
        snapshot = snapshot_import(
            workspace_default(), name, source, clock=timezone.now, columns=mapping(columns), tell=tell
        )
    click.echo(
        f"{name}: {snapshot.n_documents:,} documents, snapshot {snapshot.number} "
        f"({snapshot.n_added:,} added or changed, {snapshot.n_removed:,} removed or replaced)"
    )
    return 0


@click.group()
def queries() -> None:
    """Query collections."""


@queries.command("add")
@name_argument
@path_argument
@click.option("--qrels", type=click.Path(path_type=Path), help="Gold grades for these queries.")
@column_option
def queries_add(name: str, path: Path, qrels: Path | None, columns: Sequence[str]) -> int:
    """Import PATH as the queries of collection NAME."""
    prepare()
    from evalhub.models import QueryCollection
    from evalhub.services.gold import AS_EVER, gold_file_store, gold_read
    from evalhub.services.gold_overruling import overruling_check
    from evalhub.services.known_ids import query_ids_of
    from evalhub.services.queries import queries_read, queries_store
    from evalhub.services.workspaces import workspace_default

    with opened(path) as source:
        rows = queries_read(source, columns=mapping(columns))
    file = gold_read(Source.at(qrels), query_ids_of(name, rows), None) if qrels else None
    known = QueryCollection.objects.filter(workspace=workspace_default(), name=name).first()
    if known and file:
        overruling_check(known, file)
    collection = queries_store(workspace_default(), name, rows)
    click.echo(f"{name}: {collection.n_queries:,} queries, version {collection.version}")
    if file is not None:
        collection = gold_file_store(collection, file, AS_EVER)
        click.echo(f"{name}: {collection.n_gold:,} gold labels, version {collection.gold_version}")
    return 0


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The source a path names; standard input is kept in a file for as long as it is read."""
    if str(path) != STDIN:
        yield Source.at(path)
        return
    from evalhub import conf

    copy = spool(sys.stdin.buffer, conf.uploads_folder())
    try:
        yield Source("standard input", copy)
    finally:
        copy.unlink()


def mapping(columns: Sequence[str]) -> ColumnMapping | None:
    """FIELD=NAME options as a mapping."""
    pairs = [column.partition("=") for column in columns]
    if wrong := [field for field, equals, name in pairs if not (field and equals and name)]:
        raise click.UsageError(f'--column {wrong[0]}: write FIELD=NAME, such as "doc_id=sku"')
    return {field: name for field, _, name in pairs} or None
