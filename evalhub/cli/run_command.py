"""`evalhub run`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evalhub.cli.ci.annotations import Annotations
from evalhub.cli.ci.deadline import duration
from evalhub.cli.ci.junit import Undecided
from evalhub.cli.run_report import Outputs, report
from evalhub.client_deadline import Deadline

if TYPE_CHECKING:
    from evalhub.spec.campaign import CampaignSpec

out_path = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
file_path = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("spec_path", metavar="SPEC.yaml", type=click.Path(path_type=Path))
@click.option("--json", "json_path", type=out_path, help="Write the result as JSON.")
@click.option("--junit", type=file_path, help="Write the gate as JUnit XML.")
@click.option(
    "--junit-undecided", type=click.Choice(["error", "skipped"]), default="error", show_default=True
)
@click.option("--markdown", type=file_path, help="Write a summary for a pull request.")
@click.option(
    "--annotations",
    type=click.Choice(["auto", "github", "none"]),
    default="auto",
    show_default=True,
    help="Print ::error lines and add to the run's summary; auto does so in GitHub Actions.",
)
@click.option("--dry-run", is_flag=True, help="Check everything, say what rating will take.")
@click.option("--server", envvar="EVALHUB_SERVER", help="Run there instead of on this machine.")
@click.option("--token", envvar="EVALHUB_TOKEN", help="Of that server.")
@click.option("--timeout", callback=duration, help="How long to wait, such as 30m; then the exit code is 4.")
@click.option("--commit", help="The commit that is evaluated; else as the CI system or git says.")
@click.option("--branch", help="Its branch.")
@click.option("--actor", help="Who set it off.")
@click.option("--ci-url", help="The page of the CI job.")
def run(
    spec_path: Path,
    json_path: Path | None,
    junit: Path | None,
    junit_undecided: Undecided,
    markdown: Path | None,
    annotations: Annotations,
    dry_run: bool,
    server: str | None,
    token: str | None,
    timeout: float | None,
    commit: str | None,
    branch: str | None,
    actor: str | None,
    ci_url: str | None,
) -> int:
    """Run the campaign SPEC.yaml asks for, wait, print the result; the exit code is the gate's.

    0 the gate passes (or there is none), 1 it fails, 2 bad usage or bad input, 3 it is undecided, 4 the run
    failed, or did not end in time.
    """
    from evalhub.spec.load import load_spec

    spec = load_spec(spec_path)
    outputs = Outputs(json_path, junit, markdown, junit_undecided, annotations)
    if dry_run:
        return estimate(spec, server)
    said = {"commit": commit, "branch": branch, "actor": actor, "url": ci_url}
    spec = sourced(spec, {key: value for key, value in said.items() if value}, spec_path)
    return report(results_of(spec, spec_path, server, token, Deadline(timeout)), outputs)


def results_of(
    spec: "CampaignSpec", spec_path: Path, server: str | None, token: str | None, deadline: Deadline
) -> dict[str, Any]:
    """Run a campaign there or here; returns its results."""
    from evalhub.spec.errors import SpecError
    from evalhub.spec.load import located

    if server:
        from evalhub.cli.run_remote import run_remotely

        return run_remotely(spec, server, _checked(token), deadline)
    from evalhub.cli.run_local import run_here

    try:
        return run_here(spec, deadline)
    except SpecError as error:
        raise located(error, spec_path) from error


def _checked(token: str | None) -> str:
    """The token; CI systems give an empty one where a secret is not set, or not given to a fork.

    Raises:
        UsageError: it is none.
    """
    found = (token or "").strip()
    if not found:
        remedy = "set EVALHUB_TOKEN to what evalhub token create --scope run printed on the server's machine"
        raise click.UsageError(f"--server needs a token, and there is none; {remedy}")
    if not found.isascii() or not found.isprintable() or " " in found:
        raise click.UsageError("the token has blanks or characters that none has; copy it again, whole")
    return found


def sourced(spec: "CampaignSpec", said: dict[str, str], spec_path: Path) -> "CampaignSpec":
    """The spec with its source: what options say, else the spec, else the CI system or git.

    Raises:
        UsageError: what an option says cannot be.
    """
    from pydantic import ValidationError

    from evalhub.cli.ci.source import source_of
    from evalhub.spec.source import SourceSpec

    written = spec.source.model_dump(exclude_none=True) if spec.source else {}
    found = source_of(os.environ, spec_path.absolute().parent) | written | said
    try:
        source = SourceSpec.model_validate(found)
    except ValidationError as error:
        fault = error.errors()[0]
        option = {"url": "ci-url"}.get(str(fault["loc"][0]), fault["loc"][0])
        raise click.UsageError(f"--{option}: {fault['msg']}") from error
    return spec.model_copy(update={"source": source}) if found else spec


def estimate(spec: "CampaignSpec", server: str | None) -> int:
    """Print what a campaign on this machine would take."""
    if server:
        raise click.UsageError("--dry-run looks at this machine; ask a server by POST campaigns/estimate")
    from evalhub.cli.estimate_table import print_estimate
    from evalhub.cli.run_local import estimate_here

    print_estimate(estimate_here(spec))
    return 0
