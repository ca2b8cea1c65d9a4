"""`evalhub up` and `evalhub down`."""

import os
from pathlib import Path

import click

DEFAULT_PORT = 8000
READY_WITHIN_S = 120.0
STOPPED_WITHIN_S = 30.0


def port_from_environment() -> int:
    """PORT, else 8000."""
    return int(os.environ.get("PORT", DEFAULT_PORT))


def with_home(home: Path | None) -> Path:
    """Make --home the EVALHUB_HOME of this process and of all it starts; returns the folder used."""
    from evalhub.stack import address

    if home is not None:
        os.environ["EVALHUB_HOME"] = str(home.resolve())
    return address.home()


home_option = click.option(
    "--home", type=click.Path(file_okay=False, path_type=Path), help="Folder of all state (EVALHUB_HOME)."
)


@click.command()
@click.option("--port", type=int, default=port_from_environment, help="Port of the dashboard (PORT).")
@click.option("--detach", is_flag=True, help="Return when it is ready and leave it running.")
@home_option
def up(port: int, detach: bool, home: Path | None) -> int:
    """Run broker, workers, scheduler and dashboard; Ctrl-C ends all of it."""
    from evalhub.stack import control
    from evalhub.stack.foreground import run_foreground

    folder = with_home(home)
    if not detach:
        return run_foreground(folder, port)
    stack = control.running(folder) or control.start_detached(folder, port, READY_WITHIN_S)
    click.echo(f"EvalHub runs at {stack.url}; end it with: evalhub down")
    return 0


@click.command()
@home_option
def down(home: Path | None) -> int:
    """End the stack that runs in this home."""
    from evalhub.stack import control

    was_running = control.stop(with_home(home), STOPPED_WITHIN_S)
    click.echo("stopped" if was_running else "nothing was running")
    return 0
