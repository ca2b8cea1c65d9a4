"""Run a campaign on this machine's embedded stack."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from evalhub.cli import EXIT_FAILED_RUN
from evalhub.cli.local import prepare
from evalhub.cli.stack_commands import READY_WITHIN_S, STOPPED_WITHIN_S, port_from_environment
from evalhub.cli.watch_import import importing
from evalhub.client_deadline import Deadline

if TYPE_CHECKING:
    from evalhub.core.estimate import RaterEstimate
    from evalhub.models import Campaign
    from evalhub.spec.campaign import CampaignSpec
    from evalhub.stack.info import StackInfo


class StackStopped(click.ClickException):
    """The run ended before its campaign did."""

    exit_code = EXIT_FAILED_RUN


def run_here(spec: "CampaignSpec", deadline: Deadline | None = None) -> dict[str, Any]:
    """Import what the spec names, start the campaign, wait for it; returns its results.

    Raises:
        TookTooLong: the time is up.
    """
    prepare()
    from django.utils import timezone

    from evalhub.services.campaigns import campaign_start
    from evalhub.services.spec_inputs.load import inputs_import
    from evalhub.services.workspaces import workspace_default

    workspace = workspace_default()
    with importing(spec.corpus.name) as tell:
        inputs = inputs_import(workspace, spec, clock=timezone.now, tell=tell)
    campaign = campaign_start(workspace, spec, inputs, user=None, now=timezone.now())
    return wait(campaign, deadline)


def estimate_here(spec: "CampaignSpec") -> "list[RaterEstimate]":
    """What the campaign would take; nothing is written."""
    prepare()
    from django.utils import timezone

    from evalhub.services.spec_inputs.estimate import campaign_estimate
    from evalhub.services.workspaces import workspace_default

    with importing(spec.corpus.name) as tell:
        return campaign_estimate(workspace_default(), spec, clock=timezone.now, tell=tell)


def wait(campaign: "Campaign", deadline: Deadline | None = None) -> dict[str, Any]:
    """Watch a campaign to its end, with a stack of our own if none runs; returns its results."""
    from django.utils import timezone

    from evalhub import conf
    from evalhub.cli.watch import watch
    from evalhub.selectors.progress import campaign_progress
    from evalhub.selectors.results import campaign_results
    from evalhub.services.jobs import jobs_wake
    from evalhub.stack import control

    def look() -> tuple[str, Any]:
        campaign.refresh_from_db()
        return campaign.state, campaign_progress(campaign, now=timezone.now())

    def look_while_it_runs() -> tuple[str, Any]:
        found = look()
        if deadline and found[0] == "running":
            deadline.check(f"campaign {campaign.pk}")
        if found[0] == "running" and control.running(conf.home_folder()) is None:
            raise StackStopped(f"the stack stopped; campaign {campaign.pk} goes on with: evalhub up")
        return found

    with stack_for(is_running=campaign.state == "running") as url:
        jobs_wake(campaign.jobs.all())
        watch(look_while_it_runs)
        return campaign_results(campaign, url=f"{url}/campaigns/{campaign.pk}/" if url else "")


def wait_and_report(campaign: "Campaign") -> int:
    """Watch a campaign to its end and print it; returns the exit code."""
    from evalhub.cli.run_report import Outputs, report

    return report(wait(campaign), Outputs())


@contextmanager
def stack_for(*, is_running: bool) -> Iterator[str]:
    """The address of the stack that runs; one is started and ended if none does and there is work.

    Args:
        is_running: there is work.
    """
    from evalhub import conf
    from evalhub.stack import control
    from evalhub.stack.users import shared_stack

    home = conf.home_folder()
    for_good = control.running(home)

    def start() -> "StackInfo":
        return control.start_detached(home, free_port(port_from_environment()), READY_WITHIN_S)

    if not is_running:
        yield for_good.url if for_good else ""
        return
    with shared_stack(home, start, STOPPED_WITHIN_S) as stack:
        yield stack.url if for_good else ""


def free_port(wanted: int) -> int:
    """The wanted port, or any free one where it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
