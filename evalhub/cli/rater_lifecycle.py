"""`evalhub rater promote|retire`: what a rater's bare name means."""

import click

from evalhub.cli.local import prepare


@click.command()
@click.argument("name", metavar="NAME@N")
def promote(name: str) -> int:
    """Adopt a version: from now on new campaigns that say NAME mean NAME@N.

    Past campaigns stay as they are, and any version can still be named as NAME@N.
    """
    prepare()
    from django.utils import timezone

    from evalhub.selectors.rater_versions import find_rater_version
    from evalhub.services.rater_lifecycle import rater_promote
    from evalhub.services.workspaces import workspace_default

    version = find_rater_version(workspace_default(), name)
    decision = rater_promote(version, user=None, now=timezone.now())
    rater = version.rater.name
    if decision is None:
        click.echo(f"{rater} means {rater}@{version.number} already")
        return 0
    click.echo(f"{rater} now means {rater}@{version.number}")
    if decision.before and decision.before != version:
        click.echo(f"undo: evalhub rater promote {rater}@{decision.before.number}", err=True)
    return 0


@click.command()
@click.argument("name", metavar="NAME@N")
@click.option("--undo", is_flag=True, help="Bring a retired version back.")
def retire(name: str, undo: bool) -> int:
    """Offer a version to no new campaign; its judgments and past campaigns stay."""
    prepare()
    from django.utils import timezone

    from evalhub.selectors.rater_versions import find_rater_version
    from evalhub.services.rater_lifecycle import meaning_of, rater_retire, rater_unretire
    from evalhub.services.workspaces import workspace_default

    version = find_rater_version(workspace_default(), name)
    rater = version.rater.name
    decide = rater_unretire if undo else rater_retire
    changed = decide(version, user=None, now=timezone.now())
    done = "back" if undo else "retired"
    click.echo(f"{rater}@{version.number} {'is' if changed else 'was already'} {done}")
    meant = meaning_of(version.rater)
    click.echo(f"{rater} means {f'{rater}@{meant.number}' if meant else 'no version: all are retired'}")
    if not undo:
        click.echo(f"undo: evalhub rater retire {rater}@{version.number} --undo", err=True)
    return 0
