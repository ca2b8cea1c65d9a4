"""The command line `evalhub`: what terminals and CI jobs use."""

import io
import os
import sys
import traceback

import click

EXIT_FAILED_GATE = 1
EXIT_BAD_INPUT = 2
EXIT_UNDECIDED = 3
EXIT_FAILED_RUN = 4


def main() -> None:
    """Run a command; what the user can mend ends in one message and exit code 2, never in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalhub.settings")
    from evalhub.cli.ci.harmless import harmless
    from evalhub.cli.commands import cli
    from evalhub.client_deadline import TookTooLong
    from evalhub.core.errors import UserError

    code: object = EXIT_FAILED_RUN  # what nobody foresaw is not a failed gate
    try:
        code = cli(standalone_mode=False, prog_name="evalhub")
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.Abort:
        click.echo("stopped", err=True)
        code = 130
    except click.ClickException as error:
        click.echo(harmless(_shown(error)), err=True)
        code = EXIT_FAILED_RUN if error.exit_code == EXIT_FAILED_RUN else EXIT_BAD_INPUT
    except UserError as error:
        click.echo(harmless(f"evalhub: {error}"), err=True)
        code = EXIT_FAILED_RUN if isinstance(error, TookTooLong) else EXIT_BAD_INPUT
    except Exception:  # noqa: BLE001 - shown whole, and told apart from a failed gate by its exit code
        click.echo(harmless(traceback.format_exc()), err=True)
    sys.exit(code if isinstance(code, int) else 0)


def _shown(error: click.ClickException) -> str:
    """What click says of it, with the usage where that is the error."""
    text = io.StringIO()
    error.show(text)
    return text.getvalue().rstrip()
