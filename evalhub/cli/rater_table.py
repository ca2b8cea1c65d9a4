"""The rater report for a terminal."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalhub.cli.ci.words import value_text
from evalhub.cli.table import PLAIN_WIDTH
from evalhub.core.agreement.reading import reading_of

Json = dict[str, Any]


def print_report(report: Json) -> None:
    """Print what was compared, the confusion matrix, the figures and what they rest on."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    console.print(f"\n{_title(report)}", soft_wrap=True)
    if not report["n_pairs"]:
        console.print("No pair has a grade by both, so there is nothing to compare.")
    else:
        console.print(_confusion(report))
        console.print(_figures(report["figures"], "agreement"))
    if any(row["value"] is not None for row in report["self_consistency"].values()):
        console.print(_figures(report["self_consistency"], "with itself"))
    if report["compared"]:
        console.print(_compared(report))
    for line in [*_systems(report), *_lines(report)]:
        console.print(line, soft_wrap=True)


def name_of(rater: Json) -> str:
    """A rater version as commands name it."""
    return str(rater["name"]) if rater["number"] is None else f"{rater['name']}@{rater['number']}"


def _title(report: Json) -> str:
    reference = report["reference"]
    corpus = f" on {escape(reference['corpus']['name'])}" if reference["corpus"] else ""
    return (
        f"[bold]{escape(name_of(report['rater']))}[/bold] against {escape(reference['name'])}: "
        f"{escape(report['queries']['name'])}{corpus}, {report['n_pairs']:,} pairs of "
        f"{report['n_queries']:,} queries"
    )


def _confusion(report: Json) -> Table:
    n_columns = report["scales"]["reference"] + 1
    table = Table("rater \\ reference", *(str(grade) for grade in range(n_columns)), "all")
    rows = report["confusion"]
    for grade, row in enumerate(rows):
        table.add_row(str(grade), *(f"{n:,}" for n in row), f"{sum(row):,}")
    table.add_section()
    columns = [sum(column) for column in zip(*rows, strict=True)]
    table.add_row("all", *(f"{n:,}" for n in columns), f"{sum(columns):,}")
    return table


def _figures(figures: Json, title: str) -> Table:
    table = Table(title, "value [95% interval]", "pairs", "queries", "read it as")
    for name, row in figures.items():
        value = _signed_text(row) if name.startswith("bias") else value_text(row)
        table.add_row(name, escape(value), f"{row['n_pairs']:,}", f"{row['n_queries']:,}", reading_of(name))
    return table


def _compared(report: Json) -> Table:
    compared = report["compared"]
    ours, theirs = name_of(report["rater"]), name_of(compared["rater"])
    table = Table(f"on {compared['n_pairs']:,} pairs of both", escape(theirs), escape(f"{ours} - {theirs}"))
    for name, row in compared["differences"].items():
        table.add_row(name, escape(value_text(compared["figures"][name])), escape(_signed_text(row)))
    return table


def _signed_text(row: Json) -> str:
    if row["value"] is None or row["low"] is None:
        return value_text(row)
    return f"{row['value']:+z.3f} [{row['low']:+z.3f}, {row['high']:+z.3f}]"


def _systems(report: Json) -> list[str]:
    return [
        f"Order of {row['n_systems']} systems in campaign {row['campaign']['id']} "
        f"({row['measure']} against {row['reference_measure']}): Kendall tau-b {_tau(row)}"
        for row in report["systems"]
    ]


def _tau(row: Json) -> str:
    return escape(value_text(row["tau"]))


def _lines(report: Json) -> list[str]:
    coverage, cost, excluded = report["coverage"], report["cost"], report["excluded"]
    reasons = ", ".join(f"{reason} {n:,}" for reason, n in coverage["unrated_reasons"].items())
    lines = [
        report["scales"]["note"],
        f"Of {coverage['reference_pairs']:,} pairs with a reference: {coverage['rated']:,} rated, "
        f"{coverage['unrated']:,} unrated{f' ({escape(reasons)})' if reasons else ''}, "
        f"{coverage['pending']:,} pending, {coverage['never_asked']:,} never asked.",
        f"Cost ${cost['cost_usd']:.4f}, {cost['input_tokens']:,} tokens read, "
        f"{cost['output_tokens']:,} written, {_speed(cost['pairs_per_s'])}.",
    ]
    if ceiling := report["human_ceiling"]:
        lines.append(
            f"People among themselves ({ceiling['n_people']}): quadratic kappa "
            f"{escape(value_text(ceiling['pairwise']))} of two, "
            f"{escape(value_text(ceiling['against_others']))} of one against the others, alpha_ordinal "
            f"{escape(value_text(ceiling['alpha_ordinal']))}."
        )
    if excluded["queries"]:
        lines.append(
            f"{excluded['queries']:,} queries with {excluded['pairs']:,} pairs taught a rater: left out."
        )
    return lines


def _speed(pairs_per_s: float | None) -> str:
    return "speed unknown" if pairs_per_s is None else f"{pairs_per_s:,.1f} pairs/s one after another"
