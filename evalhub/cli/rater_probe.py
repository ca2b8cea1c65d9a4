"""`evalhub rater probe`."""

import json
import os
from typing import TYPE_CHECKING, Any

import click

from evalhub.cli import EXIT_FAILED_RUN
from evalhub.cli.local import prepare
from evalhub.core.errors import UserError

if TYPE_CHECKING:
    from raters.protocol import Outcome, RateRequest
    from raters.spec import RaterSpec

READS_PROMPTS = ("hosted", "local-llm")


class UnableToProbe(UserError):
    """The rater can not grade a pair here and now; the message says why."""


@click.command("probe")
@click.argument("name", metavar="RATER")
@click.option("--query", required=True, help="What is asked.")
@click.option("--document", required=True, help="The document's text.")
@click.option("--title", default="", help="The document's title.")
@click.option("--need", default="", help="What the person behind the query wants.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def probe(name: str, query: str, document: str, title: str, need: str, is_json: bool) -> int:
    """Have RATER (NAME or NAME@NUMBER) grade one pair and show all it says; nothing is stored.

    A hosted rater is called once, which costs what one pair costs.
    """
    os.environ.setdefault("TQDM_DISABLE", "1")  # bars of libraries that load weights
    prepare()
    from raters.protocol import RateRequest, TransientFailure

    request = RateRequest(query=query, title=title, text=document, need=need)
    spec = _spec(name)
    try:
        outcome = _outcome(spec, request)
    except TransientFailure as failure:
        click.echo(f"evalhub: {failure}; try again later", err=True)
        return EXIT_FAILED_RUN
    shown = _shown(spec, request, outcome)
    click.echo(json.dumps(shown, ensure_ascii=False, indent=1) if is_json else _text(shown))
    return 0


def _spec(name: str) -> "RaterSpec":
    from evalhub.services.raters import rater_check
    from evalhub.services.workspaces import workspace_default
    from raters.fields import UnableToResolveRater

    try:
        return rater_check(workspace_default(), {"name": name})
    except UnableToResolveRater as error:
        raise UnableToProbe(str(error).partition(": ")[2]) from error


def _outcome(spec: "RaterSpec", request: "RateRequest") -> "Outcome":
    from evalhub import wiring
    from raters.protocol import RaterMisconfigured

    try:
        rater = wiring.rater_of(spec)
        outcomes = dict(rater.rate([request]))
        rater.close()
    except RaterMisconfigured as error:
        raise UnableToProbe(str(error)) from error
    return outcomes[0]


def _shown(spec: "RaterSpec", request: "RateRequest", outcome: "Outcome") -> dict[str, Any]:
    from raters.protocol import Rated

    rubric = spec.rubric
    parts = rubric.render(request)
    prompt = parts.rubric + parts.query + parts.document + parts.question
    shown: dict[str, Any] = {
        "rater": spec.name,
        "kind": spec.kind,
        "prompt": prompt if spec.kind in READS_PROMPTS else None,
        "scale": {grade.value: grade.name for grade in rubric.grades},
    }
    if isinstance(outcome, Rated):
        shown |= {"grade": outcome.grade, "gain": outcome.gain, "probabilities": outcome.probabilities}
        shown |= {"rationale": outcome.rationale, "reply": outcome.reply}
    else:
        shown |= {"grade": None, "reason": outcome.reason.value, "detail": outcome.detail}
        shown |= {"reply": outcome.reply}
    usage = outcome.usage
    return shown | {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "truncated_tokens": usage.truncated_tokens,
        "cost_usd": spec.cost_usd(usage),
    }


def _text(shown: dict[str, Any]) -> str:
    lines = [shown["prompt"] or f"(a rater of kind {shown['kind']} reads query and document, no prompt)", ""]
    if shown["grade"] is None:
        lines.append(f"unrated: {shown['reason']}: {shown['detail']}")
    else:
        grades, names = shown["scale"], max(shown["scale"])
        lines.append(
            f"grade {shown['grade']} of 0..{names}, {grades[shown['grade']]}; gain {shown['gain']:.3f}"
        )
        if shown["probabilities"]:
            shares = enumerate(shown["probabilities"])
            lines.append("probabilities: " + ", ".join(f"{grade}: {share:.3f}" for grade, share in shares))
        if shown["rationale"]:
            lines.append(f"rationale: {shown['rationale']}")
    if shown["truncated_tokens"]:
        lines.append(f"{shown['truncated_tokens']} tokens of the document were cut")
    lines.append(f"{shown['input_tokens']} tokens read, {shown['output_tokens']} written")
    if shown["cost_usd"]:
        lines.append(f"cost {shown['cost_usd']:.6f} USD")
    return "\n".join(lines)
