"""`evalhub run`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evalhub.cli import EXIT_FAILED_GATE, EXIT_FAILED_RUN, EXIT_UNDECIDED

if TYPE_CHECKING:
    from evalhub.spec.campaign import CampaignSpec

GATE_CODES = {None: 0, "pass": 0, "fail": EXIT_FAILED_GATE, "undecided": EXIT_UNDECIDED}

out_path = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@dataclass(frozen=True, slots=True)
class Outputs:
    """Files to write besides the table."""

    json: Path | None = None
    junit: Path | None = None
    markdown: Path | None = None


@click.command()
@click.argument("spec_path", metavar="SPEC.yaml", type=click.Path(path_type=Path))
@click.option("--json", "json_path", type=out_path, help="Write the result as JSON.")
@click.option("--junit", type=out_path, help="Write the gate as JUnit XML.")
@click.option("--markdown", type=out_path, help="Write a summary for a pull request.")
@click.option("--dry-run", is_flag=True, help="Check everything, say what rating will take.")
@click.option("--server", envvar="EVALHUB_SERVER", help="Run there instead of on this machine.")
@click.option("--token", envvar="EVALHUB_TOKEN", help="Of that server.")
def run(
    spec_path: Path,
    json_path: Path | None,
    junit: Path | None,
    markdown: Path | None,
    dry_run: bool,
    server: str | None,
    token: str | None,
) -> int:
    """Run the campaign SPEC.yaml asks for, wait, print the result; the exit code is the gate's."""
    from evalhub.spec.errors import SpecError
    from evalhub.spec.load import load_spec, located

    spec = load_spec(spec_path)
    outputs = Outputs(json_path, junit, markdown)
    if dry_run:
        return estimate(spec, server)
    if server:
        from evalhub.cli.run_remote import run_remotely

        return report(run_remotely(spec, server, token or ""), outputs)
    from evalhub.cli.run_local import run_here

    try:
        results = run_here(spec)
    except SpecError as error:
        raise located(error, spec_path) from error
    return report(results, outputs)


def estimate(spec: "CampaignSpec", server: str | None) -> int:
    """Print what a campaign on this machine would take."""
    if server:
        raise click.UsageError("--dry-run looks at this machine; ask a server by POST campaigns/estimate")
    from evalhub.cli.estimate_table import print_estimate
    from evalhub.cli.run_local import estimate_here

    print_estimate(estimate_here(spec))
    return 0


def report(results: dict[str, Any], outputs: Outputs) -> int:
    """Print and write the results; returns the exit code."""
    from evalhub.cli.report import write_json, write_junit, write_markdown
    from evalhub.cli.table import print_results

    if outputs.json:
        write_json(results, outputs.json)
    if outputs.junit:
        write_junit(results, outputs.junit)
    if outputs.markdown:
        write_markdown(results, outputs.markdown)
    if str(outputs.json) != "-":
        print_results(results)
    if results["campaign"]["state"] != "done":
        return EXIT_FAILED_RUN
    return GATE_CODES[results["gate"]["outcome"]]
