"""`evalhub token create`."""

import click

from evalhub.cli.local import UnableToFind, prepare


@click.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--scope", type=click.Choice(["read", "run", "review", "admin"]), required=True)
@click.option("--user", "username", default="admin", show_default=True)
def create(scope: str, username: str) -> int:
    """Make a token and print it, once."""
    prepare()
    from django.contrib.auth.models import User

    from evalhub.services.tokens import token_create
    from evalhub.services.users import user_ensure
    from evalhub.services.workspaces import workspace_default

    if username == "admin":
        user_ensure("admin")
    user = User.objects.filter(username=username).first()
    if user is None:
        raise UnableToFind(f'no user "{username}"; there are: {", ".join(map(str, User.objects.all()[:10]))}')
    click.echo(token_create(workspace_default(), user, scope))
    return 0
