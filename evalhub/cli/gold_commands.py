"""`evalhub gold`: people's grades, their versions and their conflicts."""

from pathlib import Path

import click

from evalhub.cli.import_commands import opened, path_argument
from evalhub.cli.local import prepare
from evalhub.core.consensus import RULES, Rule

SHOWN = 50
collection_argument = click.argument("collection_name", metavar="QUERIES")
json_option = click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")


@click.group()
def gold() -> None:
    """Gold labels: people's grades."""


@gold.command("add")
@collection_argument
@path_argument
@click.option(
    "--consensus",
    "rule",
    type=click.Choice(RULES),
    default="median",
    show_default=True,
    help="What becomes gold where several people graded a pair: the lower middle, the commonest grade, or "
    "(strict) nothing unless all agree.",
)
@click.option("--overrule", is_flag=True, help="Let the file replace grades that were given in review.")
def gold_add(collection_name: str, path: Path, rule: Rule, overrule: bool) -> int:
    """Import PATH as the gold labels of the query collection QUERIES.

    BEIR TSV, TREC qrels, JSON Lines or CSV. Rows may name their reviewer, graded_at, comment, selection and
    inclusion_probability; then a pair may have several, and what each person said is kept.
    """
    prepare()
    from evalhub.cli.named import find_collection
    from evalhub.services.gold import Replacing, gold_import

    replacing = Replacing(rule=rule, is_overruling=overrule)
    with opened(path) as source:
        collection = gold_import(find_collection(collection_name), source, replacing=replacing)
    click.echo(f"{collection.name}: {collection.n_gold:,} gold labels, version {collection.gold_version}")
    made = collection.gold_imports.order_by("-pk").first()
    if made and made.gold_version == collection.gold_version and made.n_people:
        undecided = f"; without gold since people differ: {made.n_undecided:,}" if made.n_undecided else ""
        click.echo(f"people: {made.n_people:,}, by {made.consensus}{undecided}; see: evalhub gold conflicts")
    return 0


@gold.command("conflicts")
@collection_argument
@click.option("--corpus", help="Whose texts are compared; needed where it is not clear.")
@json_option
def gold_conflicts_command(collection_name: str, corpus: str | None, as_json: bool) -> int:
    """Show pairs on which people differ, labels nobody stands by, equal texts with different labels."""
    prepare()
    from evalhub.cli.named import find_collection
    from evalhub.cli.report import write_json
    from evalhub.selectors.gold.conflicts import KINDS, gold_conflicts

    report = gold_conflicts(find_collection(collection_name), corpus)
    if as_json:
        write_json(report.to_dict(), Path("-"))
        return 0
    for kind, words in KINDS.items():
        click.echo(f"{words}: {report.counts[kind]:,}")
    if report.without_texts:
        click.echo(f"equal texts were not looked for: {report.without_texts}")
    for one in report.conflicts(0, SHOWN):
        said = ", ".join(f"{each.grade} by {each.by or 'somebody'}" for each in one.said)
        label = "no gold" if one.gold is None else f"gold {one.gold}"
        click.echo(f'  {one.kind}: query "{one.query_id}", document "{one.doc_id}": {label}; {said}')
    if len(report.found) > SHOWN:
        click.echo(f"  and {len(report.found) - SHOWN:,} more; all of them: --json")
    return 0


@gold.command("versions")
@collection_argument
@click.option("-n", "n_shown", type=click.IntRange(1), default=20, show_default=True, help="How many.")
def gold_versions_command(collection_name: str, n_shown: int) -> int:
    """List the gold versions of QUERIES, newest first: when, by whom, how many labels changed."""
    prepare()
    from evalhub.cli.named import find_collection
    from evalhub.selectors.gold.versions import gold_versions

    for one in gold_versions(find_collection(collection_name), n_shown):
        when = f"{one.at:%Y-%m-%d %H:%M} UTC" if one.at else "-"
        who = " ".join(part for part in (one.by, f"from {one.source}" if one.source else "") if part) or "-"
        changes = f"{one.n_added:,} new, {one.n_changed:,} changed, {one.n_removed:,} taken away"
        click.echo(f"{one.number:>5}  {when:20}  {changes}  {who}")
    return 0
