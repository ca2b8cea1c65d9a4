"""`evalhub corpus profile`."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalhub.cli import EXIT_FAILED_RUN
from evalhub.cli.local import prepare
from evalhub.cli.table import PLAIN_WIDTH

if TYPE_CHECKING:
    from evalhub.models import CorpusProfile
    from evalhub.selectors.inputs.profiles import ProfileState

NEAR = (80, 90, 95, 99)


@click.command("profile")
@click.argument("name")
@click.option("--queries", "collection", metavar="COLLECTION", help="Also count the words that both share.")
@click.option("--json", "json_path", type=click.Path(path_type=Path, allow_dash=True))
def profile(name: str, collection: str | None, json_path: Path | None) -> int:
    """Profile corpus NAME: lengths by every model's tokenizer, languages, duplicates, shared words.

    The figures are those of the corpus's page; what was computed before is not computed again.
    """
    prepare()
    from evalhub.cli.report import write_json

    state = _wait(_start(name, collection))
    if json_path:
        write_json(_plain(state), json_path)
    if str(json_path) != "-":
        print_profile(state)
    return 0 if state.job.state == "done" else EXIT_FAILED_RUN


def _start(name: str, collection: str | None) -> "CorpusProfile":
    from django.utils import timezone

    from evalhub.cli.named import find_collection, find_snapshot
    from evalhub.services.profiles import profile_start

    queries = find_collection(collection) if collection else None
    return profile_start(find_snapshot(name), queries, now=timezone.now())


def _wait(asked: "CorpusProfile") -> "ProfileState":
    """Watch a profile to its end, with a stack of our own if none runs."""
    from django.utils import timezone

    from evalhub import conf
    from evalhub.cli.run_local import StackStopped, stack_for
    from evalhub.cli.watch import Bars, wait_a_little
    from evalhub.selectors.inputs.profiles import profile_state
    from evalhub.services.jobs import jobs_wake
    from evalhub.stack import control

    state = profile_state(asked, now=timezone.now())
    with stack_for(is_running=not state.job.is_final), Bars() as bars:
        jobs_wake([asked.job] if asked.job else [])
        while not state.job.is_final:
            if control.running(conf.home_folder()) is None:
                raise StackStopped("the stack stopped; the profile goes on with: evalhub up")
            wait_a_little()
            state = profile_state(asked, now=timezone.now())
            bars.show([state.job])
    return state


def print_profile(state: "ProfileState") -> None:
    """The figures and warnings for people."""
    console = Console()
    console = console if console.is_terminal else Console(width=PLAIN_WIDTH)
    for line in _lines(state):
        console.print(escape(line), soft_wrap=True)
    if state.tokens:
        table = Table("model", "reads", "cut", "median", "95% up to", "longest", "looked at")
        for part in state.tokens:
            table.add_row(*(escape(cell) for cell in _token_cells(part)))
        console.print(table)
    for warning in state.warnings:
        console.print(f"[yellow]![/yellow] {escape(warning)}", soft_wrap=True)
    if state.job.error:
        console.print(f"[red]{escape(state.job.error)}[/red]", soft_wrap=True)


def _lines(state: "ProfileState") -> Iterator[str]:
    snapshot, texts = state.profile.snapshot, state.texts
    yield f"{snapshot.corpus.name}, snapshot {snapshot.number}: {snapshot.n_documents:,} documents"
    if texts:
        yield f"empty: {texts['n_empty']:,}; repeat another's text: {texts['duplicates']['n_extra']:,}"
        for unit in ("characters", "words"):
            if row := texts[unit]:
                figures = f"median {row['median']:,}, 95% up to {row['p95']:,}, longest {row['largest']:,}"
                yield f"{unit}: {figures}"
        total = texts["n_languages_of"]
        named = ", ".join(f"{code} {n / total:.0%}" for code, n in texts["languages"][:8])
        yield f"languages of {total:,} documents: {named}"
    for part in state.similar:
        shares = ", ".join(f"{sum(part['bins'][at:]) / part['n_of']:.1%} at {at / 100:.2f}" for at in NEAR)
        yield f"with another as near by {part['name']}, of {part['n_of']:,}: {shares}"
    if state.overlap:
        means = ((name, state.overlap[name]["mean"]) for name in ("best", "relevant", "anywhere"))
        shown = ", ".join(f"{name} {'–' if mean is None else format(mean, '.0%')}" for name, mean in means)
        yield f"words of {state.overlap['n_queries']:,} queries found in documents: {shown}"


def _token_cells(part: dict[str, Any]) -> list[str]:
    if "unavailable" in part:
        return [part["name"], part["unavailable"], "", "", "", "", ""]
    tokens = part["tokens"] or {"median": 0, "p95": 0, "largest": 0}
    return [
        part["name"],
        f"{part['limit']:,}" if part["limit"] else "no limit",
        f"{part['n_truncated']:,}",
        *(f"{tokens[name]:,}" for name in ("median", "p95", "largest")),
        f"{part['n_of']:,}",
    ]


def _plain(state: "ProfileState") -> dict[str, Any]:
    shown = state.to_dict()
    return {**shown, "created_at": shown["created_at"].isoformat(), "job": asdict(shown["job"])}
