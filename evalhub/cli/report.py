"""Results as JSON, JUnit XML and Markdown."""

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

Json = dict[str, Any]


def write_json(results: Json, path: Path) -> None:
    """Write to a file, or to standard output for -."""
    text = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
    if str(path) == "-":
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


def write_junit(results: Json, path: Path) -> None:
    """One test case per gate rule; an undecided one is an error, so that no reader counts it as passed."""
    rules = results["gate"]["rules"]
    outcomes = [rule["outcome"] for rule in rules]
    suite = ElementTree.Element(
        "testsuite",
        name=results["campaign"]["name"],
        tests=str(len(rules)),
        failures=str(outcomes.count("fail")),
        errors=str(outcomes.count("undecided")),
        time=str(results["timings_s"].get("total") or 0),
    )
    for rule in rules:
        case = ElementTree.SubElement(suite, "testcase", classname=rule["system"], name=rule_name(rule))
        if rule["outcome"] != "pass":
            kind = "failure" if rule["outcome"] == "fail" else "error"
            ElementTree.SubElement(case, kind, message=rule["reason"])
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def write_markdown(results: Json, path: Path) -> None:
    """A table for a pull-request comment."""
    lines = [f"### EvalHub: {results['campaign']['name']}", ""]
    if results["gate"]["outcome"]:
        lines += [f"Gate: **{results['gate']['outcome']}**", ""]
        lines += [f"- {rule['outcome']}: {rule['reason']}" for rule in results["gate"]["rules"]] + [""]
    names = measure_names(results)
    lines += [f"| system | rater | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    for row in results["systems"]:
        measures = {**row["measures"], **row["gold_measures"]}
        cells = [value_text(measures.get(name)) for name in names]
        lines.append(f"| {_cell(row['name'])} | {_cell(row['rater'])} | {' | '.join(cells)} |")
    lines += [text for warning in results["warnings"] for text in ("", f"> {_cell(warning)}")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measure_names(results: Json) -> list[str]:
    """All measures in the order they come: the rater's, then those on gold labels."""
    names: dict[str, None] = {}
    for key in ("measures", "gold_measures"):
        for row in results["systems"]:
            names.update(dict.fromkeys(row[key]))
    return list(names)


def value_text(measure: Json | None) -> str:
    """A value with its interval; what is undefined is a dash, never 0."""
    if measure is None or measure["value"] is None:
        return "–"
    if measure["low"] is None:
        return f"{measure['value']:.3f}"
    return f"{measure['value']:.3f} [{measure['low']:.3f}, {measure['high']:.3f}]"


def rule_name(rule: Json) -> str:
    """A gate rule in words."""
    if rule["minimum"] is not None:
        return f"{rule['measure']} at least {rule['minimum']}"
    return f"{rule['measure']} no worse than {rule['baseline']} by {rule['margin']}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
