"""The result as a table for a terminal."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalhub.cli.ci.words import source_text, value_text, work_text
from evalhub.core.concordance import GOLD_LABELS, concordance

Json = dict[str, Any]
# The measures a newcomer compares the rater's score with; the rest is in the JSON and the dashboard.
SHOWN_GOLD = ("nDCG", "recall")
PLAIN_WIDTH = 120


def print_results(results: Json) -> None:
    """Print systems, differences, what was rated, the gate."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    campaign, settings = results["campaign"], results["settings"]
    console.print(
        f"\n[bold]{escape(campaign['name'])}[/bold] (campaign {campaign['id']}, {campaign['state']}): "
        f"{escape(settings['corpus']['name'])}, {escape(settings['queries']['name'])}, "
        f"top {settings['cutoff']}, weights {settings['weights']}"
    )
    if source := source_text(results):
        console.print(escape(source), soft_wrap=True)
    if results["error"]:
        console.print(f"[red]{escape(results['error'])}[/red]")
    if any(row["measures"] or row["gold_measures"] for row in results["systems"]):
        console.print(_systems(results))
    for warning in results["warnings"]:
        console.print(f"[yellow]Note:[/yellow] {escape(warning)}", soft_wrap=True)
    for line in [*_differences(results), *_agreement(results), *_ratings(results), *_gate(results)]:
        console.print(line, soft_wrap=True)
    if campaign["url"]:
        console.print(f"See {campaign['url']}", soft_wrap=True)


def _systems(results: Json) -> Table:
    rows = results["systems"]
    rated = list(dict.fromkeys(name for row in rows for name in row["measures"]))
    gold = [
        n for n in dict.fromkeys(n for row in rows for n in row["gold_measures"]) if n.startswith(SHOWN_GOLD)
    ]
    several = len({row["rater"] for row in rows}) > 1
    table = Table("system", *(["rater"] if several else []))
    for name in (*rated, "bounds", "coverage", *(f"gold {name}" for name in gold)):
        table.add_column(name, no_wrap=True)
    for row in sorted(rows, key=lambda row: -(_value(row, rated) or 0.0)):
        first = row["measures"].get(rated[0]) if rated else None
        table.add_row(
            escape(row["name"]),
            *([escape(row["rater"])] if several else []),
            *(value_text(row["measures"].get(name)) for name in rated),
            _bounds(first),
            _percent(first["coverage"] if first else None),
            *(value_text(row["gold_measures"].get(name)) for name in gold),
        )
    return table


def _value(row: Json, rated: list[str]) -> float | None:
    measure = row["measures"].get(rated[0]) if rated else None
    value: float | None = measure["value"] if measure else None
    return value


def _bounds(measure: Json | None) -> str:
    if measure is None or measure["lower_bound"] is None:
        return "–"
    return f"{measure['lower_bound']:.3f} to {measure['upper_bound']:.3f}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _differences(results: Json) -> list[str]:
    words = {"better": "higher than", "worse": "lower than", "tie": "not told apart from"}
    lines = []
    for row in results["comparisons"]:
        if row["difference"] is None:
            continue
        word = words.get(row["verdict"], "not comparable with")
        interval = f" [{row['low']:+z.3f}, {row['high']:+z.3f}]" if row["low"] is not None else ""
        p_holm = f", p {_p_text(row['p_holm'])}" if row["p_holm"] is not None else ""
        lines.append(
            f"{escape(row['system'])} {word} {escape(row['baseline'])}: "
            f"{row['measure']} by {escape(row['rater'])} {row['difference']:+z.3f}{escape(interval)}{p_holm}"
        )
    return lines


def _p_text(p_value: float) -> str:
    return "below 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def _agreement(results: Json) -> list[str]:
    """Whether each rater tells the systems apart where gold labels do."""
    by_rater: dict[str, dict[tuple[str, str], str]] = {}
    for row in results["comparisons"]:
        by_rater.setdefault(row["rater"], {})[row["system"], row["baseline"]] = row["verdict"]
    gold = by_rater.pop(GOLD_LABELS, {})
    lines = []
    for rater, verdicts in by_rater.items():
        found = concordance((verdicts.get(pair, "undefined"), verdict) for pair, verdict in gold.items())
        if found.n_gold:
            lines.append(
                f"{found.sentence_start} that gold labels find, {escape(rater)} finds "
                f"{found.n_found} and turns {found.n_contradicted} round: {found.sentence_end}."
            )
    return lines


def _ratings(results: Json) -> list[str]:
    lines = [
        f"{escape(row['rater'])}{_membership(row)}: {row['pairs']:,} pairs, "
        f"{row['reused']:,} of them reused, {row['unrated']:,} unrated, ${row['cost_usd']:.4f}{_saved(row)}"
        for row in results["ratings"]
    ]
    is_done = results["campaign"]["state"] == "done"
    return [*lines, *([work_text(results)] if lines and is_done else [])]


def _membership(row: Json) -> str:
    return f" (in {escape(', '.join(row['member_of']))})" if row["member_of"] else ""


def _saved(row: Json) -> str:
    return f" (${row['saved_usd']:.4f} saved by what was bought before)" if row["saved_usd"] else ""


def _gate(results: Json) -> list[str]:
    gate = results["gate"]
    if not gate["outcome"]:
        return []
    rules = [f"  {rule['outcome']}: {escape(rule['reason'])}{_review(rule)}" for rule in gate["rules"]]
    return [f"gate: [bold]{gate['outcome']}[/bold]", *rules]


def _review(rule: Json) -> str:
    url = (rule["needs"] or {}).get("url")
    return f"; label them at {escape(url)}" if url else ""
