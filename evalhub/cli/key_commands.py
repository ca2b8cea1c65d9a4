"""`evalhub key set|list|remove|rotate`."""

import sys

import click

from evalhub.cli.audited import note
from evalhub.cli.local import UnableToFind, prepare

NOT_HERE = (
    "the key is no argument, as others see those; give it when asked, or by: evalhub key set NAME < FILE"
)


@click.group()
def key() -> None:
    """API keys of providers, encrypted; a hosted rater names one in api_key."""


@key.command("set")
@click.argument("name")
@click.argument("more", nargs=-1, metavar="")
def set_command(name: str, more: tuple[str, ...]) -> int:
    """Store a key as NAME, in the place of what was there; it is asked for, or read from stdin."""
    if more:  # refused by click, it would be printed
        raise click.UsageError(NOT_HERE)
    prepare()
    from evalhub.services.provider_keys import provider_key_set
    from evalhub.services.workspaces import workspace_default

    given = click.prompt("API key", hide_input=True) if sys.stdin.isatty() else sys.stdin.read()
    stored, is_new = provider_key_set(workspace_default(), name, given.strip())
    note("key set", stored.name)
    done = "is stored" if is_new else "is replaced; workers use it with their next unit"
    click.echo(f"{stored.name} {done}. A hosted rater uses it by: api_key: {stored.name}")
    return 0


@key.command("list")
def list_command() -> int:
    """List the names of stored keys; the keys themselves are never shown."""
    prepare()
    from evalhub.models import ProviderKey
    from evalhub.services.workspaces import workspace_default

    rows = ProviderKey.objects.filter(workspace=workspace_default()).order_by("name")
    for row in rows:
        click.echo(f"{row.name}: set {row.updated_at:%Y-%m-%d %H:%M} UTC")
    if not rows:
        click.echo("no keys yet; store one with: evalhub key set NAME")
    return 0


@key.command("remove")
@click.argument("name")
def remove_command(name: str) -> int:
    """Forget the key NAME."""
    prepare()
    from evalhub.models import ProviderKey
    from evalhub.services.provider_keys import provider_key_remove
    from evalhub.services.workspaces import workspace_default

    rows = ProviderKey.objects.filter(workspace=workspace_default()).order_by("name")
    stored = rows.filter(name=name).first()
    if stored is None:
        raise UnableToFind(f"no key of that name; stored are: {', '.join(map(str, rows[:10])) or 'none'}")
    provider_key_remove(stored)
    note("key remove", name)
    click.echo(f"{name} is removed")
    return 0


@key.command("rotate")
def rotate() -> int:
    """Encrypt all stored keys anew under a new secret; all or nothing, and workers go on meanwhile."""
    prepare()
    from evalhub import conf
    from evalhub.services.key_rotation import keys_rotate

    n = keys_rotate()
    note("key rotate", f"{n} keys")
    click.echo(f"{n} keys are encrypted under the new secret")
    if conf.key_secrets():
        click.echo("EVALHUB_KEY_SECRETS: the first secret is in use now; you may drop the others")
    return 0
