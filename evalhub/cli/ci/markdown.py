"""A summary for a comment on a pull or merge request, in the Markdown of GitHub and GitLab."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evalhub.cli.ci.interval_chart import Bar, interval_chart
from evalhub.cli.ci.words import difference_text, measure_names, rule_name, source_text, value_text, work_text

Json = dict[str, Any]

SIGNS = {"pass": "✅", "fail": "❌", "undecided": "❔"}
MOST_SYSTEMS_DRAWN = 20
MOST_DIFFERENCES = 20
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&])")
# What is no markup and yet becomes a link or calls somebody: @name, #1, www. and addresses.
_ACTIVE = re.compile(r"(?<!\w)[@#!~&](?=\w)|://|(?i:www)\.|\n|\r")
_PARTED = {"://": ":\u200b//", "\n": " ", "\r": " "}


def write_markdown(results: Json, path: Path) -> None:
    """Write the summary."""
    path.write_text(markdown(results), encoding="utf-8")


def markdown(results: Json) -> str:
    """Gate, systems with intervals, a chart, differences, what it took."""
    parts = (
        _head(results),
        _gate(results),
        _systems(results),
        _chart(results),
        _differences(results),
        (f"> ⚠️ {plain(warning)}" for warning in results["warnings"]),
        _foot(results),
    )
    return "\n\n".join(block for part in parts if (block := "\n".join(part))) + "\n"


def _head(results: Json) -> Iterator[str]:
    campaign, outcome = results["campaign"], results["gate"]["outcome"]
    said = f": {SIGNS[outcome]} gate {outcome}" if outcome else ""
    yield f"### EvalHub {code(campaign['name'], in_table=False)}{said}"
    if campaign["state"] != "done":
        yield ""
        yield f"❌ The campaign is **{campaign['state']}**. {plain(results['error'])}"


def _gate(results: Json) -> Iterator[str]:
    rules = results["gate"]["rules"]
    if not rules:
        return
    yield "| | rule | system | why |"
    yield "|---|---|---|---|"
    for rule in rules:
        system = code(rule["system"]) if rule["system"] else "–"
        why = plain(rule["reason"]) + _review(rule)
        yield f"| {SIGNS[rule['outcome']]} {rule['outcome']} | {plain(rule_name(rule))} | {system} | {why} |"


def _review(rule: Json) -> str:
    url = (rule["needs"] or {}).get("url")
    return f" [Label pairs](<{_address(url)}>)" if url else ""


def _systems(results: Json) -> Iterator[str]:
    names = measure_names(results)
    if not names:
        return
    yield f"| system | rater | {' | '.join(map(plain, names))} |"
    yield "|---" * (len(names) + 2) + "|"
    for row in results["systems"]:
        measures = {**row["measures"], **row["gold_measures"]}
        cells = " | ".join(plain(value_text(measures.get(name))) for name in names)
        yield f"| {code(row['name'])} | {code(row['rater'])} | {cells} |"


def _chart(results: Json) -> Iterator[str]:
    """The first measure by the first rater; with one system there is nothing to compare."""
    rater = results["settings"]["raters"][0]["name"] if results["settings"]["raters"] else None
    mine = [row for row in results["systems"] if row["rater"] == rater][:MOST_SYSTEMS_DRAWN]
    name = next((name for row in mine for name in row["measures"]), "")
    found = [(row["name"], row["measures"].get(name)) for row in mine]
    bars = [
        Bar(_one_line(system), value["value"], value["low"], value["high"])
        for system, value in found
        if value and value["value"] is not None
    ]
    if len(bars) > 1:
        lines = interval_chart(bars)
        fence = "`" * (_longest_run("\n".join(lines)) + 3)
        yield from (f"{plain(name)}, 95% intervals", "", f"{fence}text", *lines, fence)


def _differences(results: Json) -> Iterator[str]:
    rows = [row for row in results["comparisons"] if row["difference"] is not None]
    if not rows:
        return
    yield "| system | minus | measure | difference | verdict |"
    yield "|---|---|---|---|---|"
    for row in rows[:MOST_DIFFERENCES]:
        by = f"{plain(row['measure'])} by {code(row['rater'])}"
        names = f"{code(row['system'])} | {code(row['baseline'])}"
        yield f"| {names} | {by} | {plain(difference_text(row))} | {row['verdict']} |"
    if len(rows) > MOST_DIFFERENCES:
        yield ""
        yield f"{len(rows) - MOST_DIFFERENCES:,} more are on the campaign's page."


def _foot(results: Json) -> Iterator[str]:
    campaign, job = results["campaign"], results["source"]["url"]
    links = [f"[campaign {campaign['id']}](<{_address(campaign['url'])}>)"] if campaign["url"] else []
    links += [f"[CI job](<{_address(job)}>)"] if job else []
    said = [plain(text) for text in (work_text(results), source_text(results)) if text]
    if said or links:
        yield f"<sub>{' · '.join([*said, *links])}</sub>"


def plain(text: str) -> str:
    """Text that stays text: no markup, no HTML, nobody called, nothing linked, one line."""
    parted = _ACTIVE.sub(lambda found: _PARTED.get(found[0], f"{found[0]}\u200b"), text)
    return _PUNCTUATION.sub(r"\\\1", parted)


def code(text: str, *, in_table: bool = True) -> str:
    """Text in a code span, where nothing of it means anything; in a table a bar would end the cell."""
    shown = _one_line(text).replace("|", "\\|" if in_table else "|")
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _address(url: str) -> str:
    """An address within < and >, which it may not end itself."""
    return "".join(f"%{ord(c):02X}" if c in "<>\\|`" or not c.isprintable() else c for c in url)
