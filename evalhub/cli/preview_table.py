"""A flip preview for a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalhub.cli.table import PLAIN_WIDTH
from evalhub.models import Outlook, PreviewCampaign, PreviewFigure
from evalhub.selectors.loop.previews import PreviewState, differences, name_of, scores

COLOURS = {Outlook.WOULD_FLIP: "red", Outlook.MAY_FLIP: "yellow"}


def print_preview(state: PreviewState) -> None:
    """Print what was found, campaign by campaign."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    preview = state.preview
    console.print(
        f"\n[bold]{escape(name_of(preview.new))}[/bold] instead of {escape(name_of(preview.old))}, from "
        f"{state.n_sampled:,} sampled pairs",
        soft_wrap=True,
    )
    for part in state.parts:
        console.print(_table(part))
        if part.gate_outlook:
            console.print(f"gate: {part.gate_now} now, {part.gate_then} then: {part.gate_outlook}")
    console.print(state.sentence, soft_wrap=True)


def _table(part: PreviewCampaign) -> Table:
    title = escape(f"campaign {part.campaign_id} {part.campaign.name}, PWAS@{part.campaign.cutoff}")
    table = Table("", "now [95% interval]", "then [95% interval]", "now", "then", "verdict", title=title)
    for row in [*scores(part), *differences(part)]:
        colour = COLOURS.get(Outlook(row.outlook), "") if row.outlook else ""
        outlook = f"[{colour}]{row.outlook}[/{colour}]" if colour else row.outlook
        now = _interval(row.old, row.old_low, row.old_high)
        then = _interval(row.new, row.new_low, row.new_high)
        table.add_row(escape(_name(row)), now, then, row.verdict_now, row.verdict_then, outlook)
    return table


def _name(row: PreviewFigure) -> str:
    return f"{row.system.name} – {row.baseline.name}" if row.baseline else row.system.name


def _interval(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" + ("" if low is None or high is None else f" \\[{low:.3f}, {high:.3f}]")
