"""What `evalhub run` prints and writes at the end."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from evalhub.cli import EXIT_FAILED_GATE, EXIT_FAILED_RUN, EXIT_UNDECIDED
from evalhub.cli.ci.annotations import (
    Annotations,
    annotation_lines,
    append_summary,
    commands_stopped,
    is_github,
)
from evalhub.cli.ci.junit import Undecided, write_junit
from evalhub.cli.ci.markdown import write_markdown
from evalhub.cli.report import write_json

Json = dict[str, Any]

GATE_CODES = {None: 0, "pass": 0, "fail": EXIT_FAILED_GATE, "undecided": EXIT_UNDECIDED}


@dataclass(frozen=True, slots=True)
class Outputs:
    """Files to write besides the table, and what to print for the CI system."""

    json: Path | None = None
    junit: Path | None = None
    markdown: Path | None = None
    junit_undecided: Undecided = "error"
    annotations: Annotations = "none"


def report(results: Json, outputs: Outputs) -> int:
    """Print and write the results; returns the exit code."""
    from evalhub.cli.table import print_results

    _write(results, outputs)
    on_github = is_github(outputs.annotations, os.environ)
    if str(outputs.json) != "-":
        # GitHub reads what is printed, whether it was asked for annotations or not.
        with commands_stopped(is_github=on_github or is_github("auto", os.environ)):
            print_results(results)
        for line in annotation_lines(results) if on_github else []:
            click.echo(line)
    if on_github:
        append_summary(results, os.environ)
    if results["campaign"]["state"] != "done":
        return EXIT_FAILED_RUN
    return GATE_CODES[results["gate"]["outcome"]]


def _write(results: Json, outputs: Outputs) -> None:
    if outputs.json:
        write_json(results, outputs.json)
    if outputs.junit:
        write_junit(results, outputs.junit, outputs.junit_undecided)
    if outputs.markdown:
        write_markdown(results, outputs.markdown)
