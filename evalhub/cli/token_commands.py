"""`evalhub token create|list|revoke`."""

import click

from evalhub.cli.audited import note
from evalhub.cli.local import UnableToFind, prepare


@click.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--scope", type=click.Choice(["read", "run", "review", "admin"]), required=True)
@click.option("--user", "username", default="admin", show_default=True)
@click.option("--name", default="", help="What it is for, to tell it by.")
@click.option("--days", type=int, help="After which it expires; never without.")
def create(scope: str, username: str, name: str, days: int | None) -> int:
    """Make a token and print it, once."""
    prepare()
    from django.utils import timezone

    from evalhub import conf
    from evalhub.cli.people import find_member
    from evalhub.services.tokens import token_make
    from evalhub.services.users import user_ensure

    if username == "admin":
        user_ensure("admin")
    member = find_member(username)
    made, text = token_make(member, scope, name=name, days=days, now=timezone.now())
    note("token create", f"{made.prefix} {made.name} of {username}, {scope}")
    # A token opens the server of one home alone; without EVALHUB_HOME that is a folder here, maybe a new one.
    click.echo(f"for the server whose home is {conf.home_folder()}; shown this once:", err=True)
    click.echo(text)
    return 0


@token.command("list")
def list_command() -> int:
    """List tokens, newest first; their texts are never shown again."""
    prepare()
    from django.utils import timezone

    from evalhub.models import ApiToken
    from evalhub.selectors.tokens import WHEN, token_state
    from evalhub.services.workspaces import workspace_default

    now = timezone.now()
    rows = ApiToken.objects.filter(workspace=workspace_default()).select_related("user").order_by("-pk")
    for row in rows:
        used = f"used {row.last_used_at.strftime(WHEN)}" if row.last_used_at else "never used"
        ends = f"ends {row.expires_at.strftime(WHEN)}" if row.expires_at else "no end"
        parts = (row.prefix or "–", row.name, f"of {row.user}", row.scope, token_state(row, now), used, ends)
        click.echo(f"{row.pk}: " + ", ".join(part for part in parts if part))
    if not rows:
        click.echo("no tokens yet; make one with: evalhub token create --scope run")
    return 0


@token.command("revoke")
@click.argument("token_id", type=int)
def revoke(token_id: int) -> int:
    """Make the token of that number (see: evalhub token list) useless; there is no way back."""
    prepare()
    from django.utils import timezone

    from evalhub.models import ApiToken
    from evalhub.services.tokens import token_revoke
    from evalhub.services.workspaces import workspace_default

    found = ApiToken.objects.filter(workspace=workspace_default(), pk=token_id).first()
    if found is None:
        raise UnableToFind(f"no token {token_id}; see: evalhub token list")
    token_revoke(found, now=timezone.now())
    note("token revoke", f"{found.prefix} {found.name}".strip())
    click.echo(f"token {token_id} ({found.prefix}… {found.name}) opens nothing any more")
    return 0
