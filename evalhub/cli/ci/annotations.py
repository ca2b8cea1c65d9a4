"""Workflow commands of GitHub Actions: what is written to the log and shown on the run's page."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import click

from evalhub.cli.ci.markdown import markdown
from evalhub.cli.ci.words import rule_name

Json = dict[str, Any]
Annotations = Literal["auto", "github", "none"]

_LEVELS = {"fail": "error", "undecided": "warning"}


def is_github(asked: Annotations, environment: Mapping[str, str]) -> bool:
    """Whether GitHub reads the output."""
    return asked == "github" or (asked == "auto" and environment.get("GITHUB_ACTIONS") == "true")


def annotation_lines(results: Json) -> list[str]:
    """One command for each rule that did not pass, and for a campaign that did not end well."""
    campaign = results["campaign"]
    lines = []
    if campaign["state"] != "done":
        said = results["error"] or f"the campaign is {campaign['state']}"
        lines.append(_command("error", f"EvalHub {campaign['name']}: {campaign['state']}", said))
    for rule in results["gate"]["rules"]:
        if level := _LEVELS.get(rule["outcome"]):
            title = f"EvalHub {campaign['name']}: {rule['outcome']}, {rule_name(rule)}"
            lines.append(_command(level, title, rule["reason"]))
    return lines


def append_summary(results: Json, environment: Mapping[str, str]) -> None:
    """Add the Markdown summary to the page of the run, where GitHub says by which file."""
    if path := environment.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("a", encoding="utf-8") as out:
            out.write(markdown(results))


@contextmanager
def commands_stopped(*, is_github: bool) -> Iterator[None]:
    """Print names as they are: none of them, such as "::error::", is taken for a command meanwhile."""
    if not is_github:
        yield
        return
    token = secrets.token_hex(16)
    click.echo(f"::stop-commands::{token}")
    try:
        yield
    finally:
        click.echo(f"::{token}::")


def _command(level: str, title: str, message: str) -> str:
    return f"::{level} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
