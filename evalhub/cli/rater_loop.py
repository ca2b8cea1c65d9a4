"""`evalhub rater next|preview|add`: from labels or another rubric to a version worth adopting."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalhub.cli import EXIT_FAILED_RUN
from evalhub.cli.local import prepare

if TYPE_CHECKING:
    from evalhub.models import FlipPreview, Job
    from evalhub.selectors.loop.previews import PreviewState

JSON_PATH = click.Path(path_type=Path, allow_dash=True)


@click.command("next")
@click.argument("name", metavar="RATER")
@click.option("--queries", "collection", metavar="COLLECTION", required=True, help="Whose gold labels.")
@click.option("--corpus", help="Whose documents the labels grade; needed where it is not clear.")
def next_version(name: str, collection: str, corpus: str | None) -> int:
    """Train the next version of RATER from people's labels, and hold it against the present one.

    The name goes on meaning what it means now until somebody adopts the new version: evalhub rater promote.
    """
    prepare()
    from django.utils import timezone

    from evalhub.cli.named import find_collection
    from evalhub.cli.rater_train import print_parts, wait
    from evalhub.selectors.labelled_pairs import GoldSource
    from evalhub.selectors.loop.held_out import held_out
    from evalhub.selectors.rater_versions import find_rater_version, gold_snapshot
    from evalhub.services.next_version import next_version_start
    from evalhub.services.workspaces import workspace_default

    old = find_rater_version(workspace_default(), name)
    found = find_collection(collection)
    source = GoldSource.current(found, gold_snapshot(found, corpus))
    tuning = next_version_start(old, source, user=None, now=timezone.now())
    print_parts(tuning)
    state = wait(tuning)
    if state.version is None:
        click.echo(f"evalhub: {state.job.error or state.job.state}", err=True)
        return EXIT_FAILED_RUN
    new = f"{state.version.rater.name}@{state.version.number}"
    click.echo(f"{new} is trained; {old.rater.name} still means {old.rater.name}@{old.number}")
    click.echo(held_out(old, state.version, found, source.snapshot).sentence)
    click.echo(f"what would flip: evalhub rater preview {new} --instead-of {old.rater.name}@{old.number}")
    click.echo(f"adopt it:        evalhub rater promote {new}")
    return 0


@click.command()
@click.argument("new", metavar="NEW")
@click.option("--instead-of", "old", metavar="OLD", required=True, help="The version that rated, as NAME@N.")
@click.option(
    "--campaign", "campaigns", type=int, multiple=True, metavar="ID", help="Repeatable; else the newest."
)
@click.option("--pairs", "n_pairs", type=int, default=200, show_default=True, help="To sample, over all.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the sample.")
@click.option("--budget", metavar="USD", help="What rating may cost.")
@click.option("--json", "json_path", type=JSON_PATH)
def preview(
    new: str,
    old: str,
    campaigns: Sequence[int],
    n_pairs: int,
    seed: int,
    budget: str | None,
    json_path: Path | None,
) -> int:
    """Show which verdicts of past campaigns would flip if NEW had rated instead of OLD.

    NEW rates a sample of their pairs, each paid once; nothing is adopted and no campaign changes.
    """
    cap = _usd(budget)
    prepare()
    from django.utils import timezone

    from evalhub.cli.report import write_json
    from evalhub.models import Campaign
    from evalhub.selectors.loop.previews import preview_price
    from evalhub.selectors.rater_versions import find_rater_version
    from evalhub.services.previews import PreviewAsked, preview_start
    from evalhub.services.workspaces import workspace_default

    workspace = workspace_default()
    versions = [find_rater_version(workspace, name) for name in (old, new)]
    rows = list(Campaign.objects.filter(workspace=workspace, pk__in=campaigns))
    if missing := sorted(set(campaigns) - {row.pk for row in rows}):
        raise click.UsageError(f"there is no campaign {missing[0]}; see: evalhub campaign list")
    asked = PreviewAsked(versions[0], versions[1], rows, n_pairs, seed, cap)
    price = preview_price(versions[1], n_pairs)
    if price.is_hosted:
        about = "unknown: its price is not stated" if price.usd is None else f"at most ${price.usd:.4f}"
        click.echo(f"cost: {'about ' if price.is_mean else ''}{about}", err=True)
    state = _wait(preview_start(asked, user=None, now=timezone.now()))
    if state.error:
        click.echo(f"evalhub: {state.error}", err=True)
        return EXIT_FAILED_RUN
    if json_path:
        write_json(_json(state), json_path)
    if str(json_path) != "-":
        from evalhub.cli.preview_table import print_preview

        print_preview(state)
    return 0


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="SPEC")
@click.option("--corpus", help="Of a calibrated rater: the corpus it is to know.")
def add(path: Path, corpus: str | None) -> int:
    """Register the raters of SPEC (a rater entry, or a file with raters) without running a campaign.

    A changed rubric is another version; the name goes on meaning what it means until one is promoted.
    """
    prepare()
    from django.utils import timezone

    from evalhub.selectors.rater_versions import find_corpus_snapshot
    from evalhub.services.rater_add import rater_add
    from evalhub.services.spec_inputs.problems import told_by_library
    from evalhub.services.workspaces import workspace_default
    from evalhub.spec.raters_file import load_raters
    from raters.fields import UnableToResolveRater

    workspace = workspace_default()
    snapshot = find_corpus_snapshot(workspace, corpus) if corpus else None
    for position, entry in enumerate(load_raters(path)):
        described = entry.model_dump(exclude_none=True)
        try:
            done = rater_add(workspace, described, snapshot=snapshot, user=None, now=timezone.now())
        except UnableToResolveRater as error:
            raise told_by_library(f"raters[{position}]", error) from error
        name, number = done.version.rater.name, done.version.number
        click.echo(f"{name}@{number} {'is new' if done.is_new else 'was there already'}")
        if done.meant and done.meant != done.version:
            click.echo(f"{name} means {name}@{done.meant.number} as before")
            click.echo(f"adopt it: evalhub rater promote {name}@{number}")
    return 0


def _usd(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        raise click.UsageError(f"--budget {text}: write US dollars, such as 0.50") from None


def _json(state: "PreviewState") -> dict[str, object]:
    """Without the jobs, which are over."""
    return {key: value for key, value in state.to_dict().items() if key != "jobs"}


def _wait(preview: "FlipPreview") -> "PreviewState":
    """Watch a preview to its end, with a stack of our own if none runs."""
    from django.utils import timezone

    from evalhub import conf
    from evalhub.cli.run_local import StackStopped, stack_for
    from evalhub.cli.watch import Bars, wait_a_little
    from evalhub.selectors.loop.previews import preview_state
    from evalhub.services.jobs import jobs_wake
    from evalhub.stack import control

    state = preview_state(preview, now=timezone.now())
    with stack_for(is_running=not state.is_final), Bars() as bars:
        jobs_wake([job for job in (preview.job, *_required(preview)) if job])
        while True:
            state = preview_state(preview, now=timezone.now())
            bars.show([state.rating, state.estimating])
            if state.is_final:
                return state
            if control.running(conf.home_folder()) is None:
                raise StackStopped("the stack stopped; the preview goes on with: evalhub up")
            wait_a_little()


def _required(preview: "FlipPreview") -> "list[Job]":
    return list(preview.job.requires.all()) if preview.job else []
