"""`evalhub review list`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evalhub.cli.campaign_commands import id_argument
from evalhub.cli.local import UnableToFind, prepare
from evalhub.core.suggest import did_you_mean

if TYPE_CHECKING:
    from evalhub.models import ReviewQueue
    from evalhub.selectors.review.listed import ListedPair

STATES = click.Choice(["open", "settled", "differ", "unclear"])
ORDERS = click.Choice(["influence", "gap", "query", "random"])


@click.group()
def review() -> None:
    """Reviews: what people may settle, and in what order."""


@review.command("list")
@id_argument
@click.option("--order", type=ORDERS, default="influence", show_default=True)
@click.option("--rater", "raters", multiple=True, metavar="NAME", help="Two of them: where these differ.")
@click.option("--grades", metavar="A,B", help="One grade of each of the two raters.")
@click.option("--tag", help="Of the query.")
@click.option("--system", metavar="NAME", help="Pairs that this system has in its top k.")
@click.option("--against", metavar="NAME", help="Influence on the difference to this system.")
@click.option("--state", type=STATES)
@click.option("--sample", is_flag=True, help="Pairs that were drawn for a probability sample.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--json", "json_path", type=click.Path(path_type=Path, allow_dash=True))
def list_command(
    campaign_id: int,
    raters: tuple[str, ...],
    system: str | None,
    against: str | None,
    sample: bool,
    limit: int,
    json_path: Path | None,
    **words: str | None,
) -> int:
    """List the pairs of a campaign's review; the gold labels are a rater of the name "gold labels"."""
    prepare()
    from evalhub.cli.report import write_json
    from evalhub.selectors.review.asked import chosen_strictly
    from evalhub.selectors.review.listed import figures_of, listed_pairs
    from evalhub.selectors.review.options import Options

    queue = _queue(campaign_id)
    options = Options.of(queue)
    if len(raters) not in (0, 2):
        raise UnableToFind("name two raters, --rater A --rater B, or none")
    given = {
        **{name: value for name, value in words.items() if value},
        "raters": ",".join(_key("rater", name, options.graders) for name in raters),
        "system": _key("system", system, options.systems) if system else "",
        "against": _key("system", against, options.systems) if against else "",
        "sample": "1" if sample else "",
    }
    figures = figures_of(queue, chosen_strictly(options, given))
    pairs = listed_pairs(queue, options, list(figures[:limit]), None)
    if json_path:
        write_json({"campaign": campaign_id, "results": [pair.to_dict() for pair in pairs]}, json_path)
    if str(json_path) != "-":
        _print(pairs, figures.count())
    return 0


def _queue(campaign_id: int) -> "ReviewQueue":
    from evalhub.cli.named import find_campaign
    from evalhub.models import ReviewQueue

    campaign = find_campaign(campaign_id)
    found = ReviewQueue.objects.filter(campaign=campaign).select_related("campaign__collection").first()
    if found is None:
        raise UnableToFind(
            f"campaign {campaign_id} has no review yet; open it on the page of the campaign, or with "
            f"POST campaigns/{campaign_id}/review"
        )
    return found


def _key(what: str, name: str, names: Mapping[int, str]) -> str:
    for key, known in names.items():
        if known == name:
            return str(key)
    offered = did_you_mean(name, names.values()).strip() or f"There are: {', '.join(names.values())}."
    raise UnableToFind(f'the review has no {what} "{name}". {offered}')


def _print(pairs: "list[ListedPair]", n_pairs: int) -> None:
    click.echo(f"{n_pairs:,} pairs; settling one can move a difference by up to")
    for pair in pairs:
        said = " ".join(f"{one.grader}={one.grade}" for one in pair.said or ())
        gap = "   -" if pair.gap is None else f"{pair.gap:4.2f}"
        ids = f"{pair.item.query.query_id} {pair.item.document.doc_id}"
        click.echo(f"{pair.influence:9.6f}  gap {gap}  {pair.item.state:<8}  {ids}  {said}".rstrip())
