"""Run a campaign on a server: upload what the spec names by path, start it, wait for it."""

import logging
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click
import django

from evalhub.cli import EXIT_FAILED_RUN
from evalhub.client import EvalHub, EvalHubError

if TYPE_CHECKING:
    from evalhub.cli.watch import Bars
    from evalhub.selectors.progress import JobProgress
    from evalhub.spec.campaign import CampaignSpec

Json = dict[str, Any]


def run_remotely(spec: "CampaignSpec", server: str, token: str) -> Json:
    """Have a server run what the spec asks for; returns the results.

    Raises:
        EvalHubError: the server refused something, or is not there.
        Exit: with code 4, where the server itself failed.
    """
    django.setup()
    # A line per request would drown the result.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    with EvalHub(server, token) as hub:
        try:
            return run_with(hub, spec)
        except EvalHubError as error:
            if error.status is None or not error.may_pass:
                raise
            click.echo(f"evalhub: {error}", err=True)
            raise click.exceptions.Exit(EXIT_FAILED_RUN) from error


def run_with(hub: EvalHub, spec: "CampaignSpec") -> Json:
    """Upload, start, wait; with the same bars as for a campaign on this machine."""
    from evalhub.cli.watch import Bars

    with Bars() as bars:
        campaign = hub.create_campaign(_uploaded(hub, spec, bars))
        hub.wait(campaign["id"], lambda seen: bars.show([_progress(job) for job in seen["jobs"]]))
    return hub.results(campaign["id"])


def _uploaded(hub: EvalHub, spec: "CampaignSpec", bars: "Bars") -> Json:
    """Upload the files that a spec names; returns the spec with names and ids in their place."""
    corpus, queries = spec.corpus, spec.queries
    if corpus.path:
        hub.upload_corpus(corpus.name, corpus.path, on_progress=lambda job: bars.show([_progress(job)]))
    if queries.path:
        hub.upload_queries(queries.name, queries.path)
    if queries.qrels:
        hub.upload_gold(queries.name, queries.qrels, corpus=corpus.name)
    asked = spec.to_dict()
    asked |= {"corpus": {"name": corpus.name}, "queries": {"name": queries.name}}
    for position, system in enumerate(spec.systems):
        if system.run:
            kept = hub.upload_run(system.name, system.run, corpus=corpus.name, collection=queries.name)
            asked["systems"][position] = {"name": system.name, "id": kept["id"]}
    return asked


def _progress(job: Json) -> "JobProgress":
    from evalhub.selectors.progress import JobProgress

    known = {field.name for field in fields(JobProgress)}
    return JobProgress(job_id=job["id"], **{key: value for key, value in job.items() if key in known})
