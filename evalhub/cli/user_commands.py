"""`evalhub user add`."""

import click

from evalhub.cli.local import prepare


@click.group()
def user() -> None:
    """People who sign in to the dashboard."""


@user.command("add")
@click.argument("username")
def add(username: str) -> int:
    """Make a user unless there is one, and print how to sign in."""
    prepare()
    from evalhub import conf
    from evalhub.services.users import user_ensure
    from evalhub.stack import control

    password = user_ensure(username)
    stack = control.running(conf.home_folder())
    where = f" at {stack.url}" if stack else ""
    shown = f"password {password}" if password else "with the password you chose"
    click.echo(f"Sign in{where} as {username}, {shown}")
    return 0
