"""`evalhub user add|list|role|remove`."""

import click

from evalhub.cli.audited import note
from evalhub.cli.local import UnableToFind, prepare

ROLES = click.Choice(["viewer", "reviewer", "analyst", "admin"])


@click.group()
def user() -> None:
    """People who sign in to the dashboard, and what they may do."""


@user.command("add")
@click.argument("username")
@click.option("--role", type=ROLES, help="Unless told: admin for the first user, analyst for others.")
def add(username: str, role: str | None) -> int:
    """Make a user unless there is one, and print how to sign in."""
    prepare()
    from django.contrib.auth.models import User

    from evalhub import conf
    from evalhub.services.users import user_ensure
    from evalhub.stack import control

    is_new = not User.objects.filter(username=username).exists()
    password = user_ensure(username, role=role)
    if is_new:
        note("user add", username)
    stack = control.running(conf.home_folder())
    where = f" at {stack.url}" if stack else ""
    shown = f"password {password}" if password else "with the password you chose"
    click.echo(f"Sign in{where} as {username}, {shown}")
    return 0


@user.command("list")
def list_command() -> int:
    """List the members with their roles."""
    prepare()
    from evalhub.selectors.members import members_listed
    from evalhub.services.workspaces import workspace_default

    rows = members_listed(workspace_default())
    for row in rows:
        click.echo(f"{row.user.get_username()}: {row.role}, since {row.created_at:%Y-%m-%d}")
    if not rows:
        click.echo("nobody yet; make the first user, an admin, with: evalhub user add NAME")
    return 0


@user.command("role")
@click.argument("username")
@click.argument("role", type=ROLES)
def role_command(username: str, role: str) -> int:
    """Give a user another role; who is no member becomes one."""
    prepare()
    from django.contrib.auth.models import User

    from evalhub.services.members import member_ensure, member_set_role
    from evalhub.services.workspaces import workspace_default

    found = User.objects.filter(username=username).first()
    if found is None:
        raise UnableToFind(f'no user "{username}"; make one with: evalhub user add {username} --role {role}')
    member_set_role(member_ensure(workspace_default(), found, role), role)
    note("user role", f"{username}: {role}")
    click.echo(f"{username} is {role} now")
    return 0


@user.command("remove")
@click.argument("username")
def remove(username: str) -> int:
    """Take a user out of the workspace; their tokens stop working, what they made stays."""
    prepare()
    from django.utils import timezone

    from evalhub.cli.people import find_member
    from evalhub.services.members import member_remove

    n_revoked = member_remove(find_member(username), now=timezone.now())
    note("user remove", username)
    click.echo(f"{username} is no member any more; {n_revoked} of their tokens stopped working")
    return 0
