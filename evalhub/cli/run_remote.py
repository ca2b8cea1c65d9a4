"""Run a campaign on a server: upload what the spec names by path, start it, wait for it."""

import logging
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click
import django

from evalhub.cli import EXIT_FAILED_RUN
from evalhub.cli.ci.harmless import harmless
from evalhub.client import EvalHub, EvalHubError
from evalhub.client_deadline import Deadline

if TYPE_CHECKING:
    from evalhub.selectors.progress import JobProgress
    from evalhub.spec.campaign import CampaignSpec

Json = dict[str, Any]


def run_remotely(spec: "CampaignSpec", server: str, token: str, deadline: Deadline | None = None) -> Json:
    """Have a server run what the spec asks for; returns the results.

    Raises:
        EvalHubError: the server refused something, or is not there.
        TookTooLong: the time is up.
        Exit: with code 4, where the server itself failed, or was lost after it had answered.
    """
    django.setup()
    # A line per request would drown the result.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    with EvalHub(server, token) as hub:
        try:
            return run_with(hub, spec, deadline or Deadline(None))
        except EvalHubError as error:
            if not _is_the_servers(error, hub):
                raise
            click.echo(harmless(f"evalhub: {error}"), err=True)
            raise click.exceptions.Exit(EXIT_FAILED_RUN) from error


def _is_the_servers(error: EvalHubError, hub: EvalHub) -> bool:
    """Whether another try may do, with the same spec, address and token."""
    if error.is_refusal:
        return False
    return hub.was_answered or (error.status is not None and error.may_pass)


def run_with(hub: EvalHub, spec: "CampaignSpec", deadline: Deadline) -> Json:
    """Upload, start, wait; with the same bars as for a campaign on this machine."""
    from evalhub.cli.watch import Bars

    with Bars() as bars:

        def show(seen: Json) -> None:
            jobs = seen.get("jobs")
            bars.show([_progress(job) for job in ([seen] if jobs is None else jobs)])

        return hub.run(spec, on_progress=show, deadline=deadline)


def _progress(job: Json) -> "JobProgress":
    from evalhub.selectors.progress import JobProgress

    known = {field.name for field in fields(JobProgress)}
    return JobProgress(job_id=job["id"], **{key: value for key, value in job.items() if key in known})
