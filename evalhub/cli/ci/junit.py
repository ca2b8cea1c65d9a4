"""The gate as JUnit XML: a test case for each rule."""

import re
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from evalhub.cli.ci.words import rule_name, source_text, value_text, work_text

Json = dict[str, Any]
Undecided = Literal["error", "skipped"]

# What XML 1.0 has no characters for, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RUN = "the campaign ran to its end"


def write_junit(results: Json, path: Path, undecided: Undecided = "error") -> None:
    """Write one test case for the run and one for each gate rule.

    Args:
        undecided: what an undecided rule counts as; an error by default, so that no reader counts it as
            passed.
    """
    cases = [_run_case(results), *(_rule_case(rule, undecided) for rule in results["gate"]["rules"])]
    counted = {
        name: str(sum(case.find(tag) is not None for case in cases))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))
    }
    counted["tests"] = str(len(cases))
    seconds = str(results["timings_s"].get("total") or 0)
    name = _xml(f"EvalHub: {results['campaign']['name']}")
    suite = Element("testsuite", {"name": name, "time": seconds, **counted})
    suite.extend(cases)
    suites = Element("testsuites", {"name": "EvalHub", **counted})
    suites.append(suite)
    ElementTree.indent(suites)
    ElementTree.ElementTree(suites).write(path, encoding="utf-8", xml_declaration=True)


def _run_case(results: Json) -> Element:
    """Readers refuse a report without any test; and a campaign that failed must be seen in it."""
    campaign = results["campaign"]
    case = Element("testcase", classname="campaign", name=RUN, time="0")
    if campaign["state"] != "done":
        SubElement(case, "error", message=_xml(results["error"] or f"it is {campaign['state']}"), type="run")
    lines = [
        f"{row['name']} by {row['rater']}: {name} {value_text(value)}"
        for row in results["systems"]
        for name, value in {**row["measures"], **row["gold_measures"]}.items()
    ]
    told = [*lines, work_text(results), source_text(results), campaign["url"]]
    SubElement(case, "system-out").text = _xml("\n".join(line for line in told if line))
    return case


def _rule_case(rule: Json, undecided: Undecided) -> Element:
    case = Element("testcase", classname=_xml(rule["system"] or "cost"), name=_xml(rule_name(rule)), time="0")
    said = _xml(rule["reason"])
    if rule["outcome"] == "fail":
        SubElement(case, "failure", message=said, type="gate").text = said
    elif rule["outcome"] == "undecided":
        SubElement(case, undecided, message=said, type="undecided")
    SubElement(case, "system-out").text = _xml("\n".join(_numbers(rule)))
    return case


def _numbers(rule: Json) -> list[str]:
    names = ("value", "low", "high", "n_queries", "baseline_campaign")
    found = [f"{name}: {rule[name]}" for name in names if rule[name] is not None]
    needs = rule["needs"] or {}
    return [rule["reason"], *found, *(f"needs {key}: {value}" for key, value in needs.items() if value)]


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
