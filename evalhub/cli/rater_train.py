"""`evalhub rater train`."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from evalhub.cli import EXIT_FAILED_RUN
from evalhub.cli.local import prepare

if TYPE_CHECKING:
    from evalhub.models import FineTuning
    from evalhub.selectors.fine_tunings import FineTuningState

KINDS = ("calibrated", "cross-encoder", "local-llm")
EVIDENCE = ("all", "lexical")


@click.command("train")
@click.argument("name")
@click.option(
    "--queries",
    "collections",
    metavar="COLLECTION",
    required=True,
    multiple=True,
    help="Whose gold labels; repeatable.",
)
@click.option("--corpus", help="Whose documents the labels grade; needed where it is not clear.")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What is trained.")
@click.option("--model", help="What it starts from: smollm2, minilm, or a path; calibrated needs none.")
@click.option("--evidence", type=click.Choice(EVIDENCE), help="Of a calibrated rater: what it looks at.")
@click.option("--prompt", help="Of an LLM what it reads; of both the grades there are.")
@click.option("--max-document-tokens", type=click.IntRange(min=1), help="Documents are cut to this.")
@click.option(
    "--set", "given", multiple=True, metavar="KEY=NUMBER", help="A hyper-parameter, such as epochs=3."
)
@click.option(
    "--grade", "grades", multiple=True, metavar="GOLD:GRADE", help="What a gold grade counts as; repeatable."
)
def train(
    name: str,
    collections: Sequence[str],
    corpus: str | None,
    kind: str,
    model: str | None,
    evidence: str | None,
    prompt: str | None,
    max_document_tokens: int | None,
    given: Sequence[str],
    grades: Sequence[str],
) -> int:
    """Fine-tune a rater NAME from people's labels, and wait for its new version.

    Queries are split into training, validation and held-out ones: each is in one part with all its pairs.
    """
    settings = dict(_setting(text) for text in given)
    counts_as = dict(_grade(text) for text in grades)
    described = {"name": name, "kind": kind} | ({"model": model} if model else {})
    described |= ({"prompt": prompt} if prompt else {}) | ({"evidence": evidence} if evidence else {})
    prepare()
    tuning = _start(
        described | ({"max_document_tokens": max_document_tokens} if max_document_tokens else {}),
        collections,
        corpus,
        settings,
        counts_as,
    )
    print_parts(tuning)
    return _print_outcome(wait(tuning), collections[0], corpus)


def _start(
    described: dict[str, Any],
    collections: Sequence[str],
    corpus: str | None,
    settings: dict[str, float],
    grades: dict[int, int],
) -> "FineTuning":
    from django.utils import timezone

    from evalhub.cli.named import find_collection
    from evalhub.selectors.labelled_pairs import GoldSource
    from evalhub.selectors.rater_versions import gold_snapshot
    from evalhub.services.fine_tuning import FineTuneAsked, fine_tuning_start
    from evalhub.services.workspaces import workspace_default
    from raters.fields import UnableToResolveRater

    found = [find_collection(one) for one in collections]
    sources = [GoldSource.current(one, gold_snapshot(one, corpus)) for one in found]
    asked = FineTuneAsked(described, sources, settings, grades)
    try:
        return fine_tuning_start(workspace_default(), asked, now=timezone.now())
    except UnableToResolveRater as error:
        raise click.UsageError(str(error)) from error


def wait(tuning: "FineTuning") -> "FineTuningState":
    """Watch a training to its end, with a stack of our own if none runs."""
    from django.utils import timezone

    from evalhub import conf
    from evalhub.cli.run_local import StackStopped, stack_for
    from evalhub.cli.watch import Bars, wait_a_little
    from evalhub.selectors.fine_tunings import fine_tuning_state
    from evalhub.services.jobs import jobs_wake
    from evalhub.stack import control

    state = fine_tuning_state(tuning.pk, now=timezone.now())
    n_told = 0
    with stack_for(is_running=not state.job.is_final), Bars() as bars:
        jobs_wake([tuning.job] if tuning.job else [])
        while True:
            state = fine_tuning_state(tuning.pk, now=timezone.now())
            for row in state.epochs[n_told:]:
                bars.say(_epoch(row))
            n_told = len(state.epochs)
            bars.show([state.job])
            if state.job.is_final:
                return state
            if control.running(conf.home_folder()) is None:
                raise StackStopped("the stack stopped; the training goes on with: evalhub up")
            wait_a_little()


def print_parts(tuning: "FineTuning") -> None:
    """Say how the labels were split."""
    rows = [
        f"{part} {row['queries']:,} queries with {row['pairs']:,} pairs"
        for part, row in tuning.counts.items()
    ]
    click.echo(f"{tuning.name}: {'; '.join(rows)}", err=True)


def _epoch(row: dict[str, Any]) -> str:
    return (
        f"epoch {row['epoch']}: loss {row['train_loss']:.3f}, validation loss {row['validation_loss']:.3f}, "
        f"validation kappa {row['validation_kappa']:.3f}"
    )


def _print_outcome(state: "FineTuningState", collection: str, corpus: str | None) -> int:
    version, best = state.version, state.best
    if version is None or best is None:
        click.echo(f"evalhub: {state.job.error or state.job.state}", err=True)
        return EXIT_FAILED_RUN
    name = f"{version.rater.name}@{version.number}"
    of_corpus = f" --corpus {corpus}" if corpus else ""
    click.echo(f"{name}: validation kappa {best['validation_kappa']:.3f} (epoch {best['epoch']})")
    click.echo(f"held-out queries: evalhub rater evaluate {name} --queries {collection}{of_corpus}")
    return 0


def _setting(text: str) -> tuple[str, float]:
    key, equals, value = text.partition("=")
    try:
        return key, int(value) if value.lstrip("-").isdecimal() else float(value)
    except ValueError:
        where = f"--set {text}" if equals else f"--set {text}: no value"
        raise click.UsageError(f'{where}: write KEY=NUMBER, such as "epochs=3"') from None


def _grade(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(-?[0-9]{1,4}):([0-9]{1,4})", text)
    if found is None:
        raise click.UsageError(f'--grade {text}: write GOLD:GRADE, such as "4:3"')
    return int(found[1]), int(found[2])
