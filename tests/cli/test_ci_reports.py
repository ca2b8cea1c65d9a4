"""JUnit by a real parser, Markdown by a real renderer, annotations as GitHub reads them."""

import re
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from markdown_it import MarkdownIt

from evalhub.cli.ci.annotations import annotation_lines, append_summary, is_github
from evalhub.cli.ci.interval_chart import Bar, interval_chart
from evalhub.cli.ci.junit import write_junit
from evalhub.cli.ci.markdown import markdown
from evalhub.cli.run_report import Outputs, report
from tests.cli.ci_results import HOSTILE, results, rule, system

NEEDS = {"queries": 635, "labels": 6350, "grades": None, "url": "https://hub.example/campaigns/7/review/"}
THREE = (
    rule("pass", "is high enough"),
    rule("fail", "is too low", segment="tail"),
    rule("undecided", "nobody knows", minimum=None, baseline="b", margin=0.01, needs=NEEDS),
)


def test_each_rule_is_a_test_case(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    write_junit(results(*THREE, outcome="fail"), path)
    (suite,) = JUnitXml.fromfile(str(path))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped, suite.time) == (4, 1, 1, 0, 12.5)
    run, passed, failed, undecided = suite
    assert (run.classname, run.result, passed.result) == ("campaign", [], [])
    assert "a by judge: PWAS@10 0.550 [0.500, 0.600]" in run.system_out
    assert (failed.name, type(failed.result[0])) == ("PWAS@10 at least 0.6, queries tagged tail", Failure)
    assert failed.result[0].message == "is too low"
    assert (undecided.name, type(undecided.result[0])) == ("PWAS@10 no worse than b by 0.01", Error)
    assert "needs queries: 635" in undecided.system_out
    assert "low: 0.5\n" in undecided.system_out


def test_an_undecided_rule_can_be_skipped_instead(tmp_path: Path) -> None:
    write_junit(results(THREE[2], outcome="undecided"), tmp_path / "j.xml", "skipped")
    (suite,) = JUnitXml.fromfile(str(tmp_path / "j.xml"))
    assert (suite.errors, suite.skipped) == (0, 1)
    assert isinstance(list(suite)[1].result[0], Skipped)


def test_a_campaign_that_failed_is_an_error(tmp_path: Path) -> None:
    failed = {"id": 7, "name": HOSTILE, "state": "failed", "url": ""}
    write_junit(results(campaign=failed, error="rate: \x00\x1b[31mno"), tmp_path / "j.xml")
    (suite,) = JUnitXml.fromfile(str(tmp_path / "j.xml"))
    (case,) = suite
    assert (case.result[0].message, suite.errors) == ("rate: \ufffd\ufffd[31mno", 1)


def rendered(text: str) -> str:
    return MarkdownIt("commonmark", {"linkify": False}).enable("table").render(text)


def test_the_summary_has_the_gate_and_the_systems_with_intervals() -> None:
    text = markdown(results(*THREE, outcome="fail"))
    html = rendered(text)
    assert html.count("<table>") == 3
    assert "<td><code>a</code></td>" in html
    assert "0.550 [0.500, 0.600]" in html
    assert "❔ undecided" in html
    assert '<a href="https://hub.example/campaigns/7/review/">Label pairs</a>' in html
    assert "-0.100 [-0.150, -0.050]" in html
    assert "Nothing was graded anew and nothing was paid: all 910 pairs were graded before." in html
    assert "commit 9fceb02d0ae5, branch main, by octocat" in html


def test_the_chart_shows_intervals_on_one_axis() -> None:
    lines = interval_chart(
        [Bar("a", 0.55, 0.5, 0.6), Bar("long", 0.7, 0.6, 0.7), Bar("c", 0.5, None, None)], 21
    )
    assert lines == [
        "a    ├────●────┤           0.550",
        "long           ├─────────● 0.700",
        "c    ●                     0.500",
        "     0.500           0.700",
    ]
    assert interval_chart([]) == []


def test_hostile_names_stay_text() -> None:
    hostile = rule("fail", HOSTILE, system=HOSTILE, segment=HOSTILE)
    rows = [system(HOSTILE, 0.5, 0.4, 0.6), system("``b`|", 0.6, 0.5, 0.7)]
    campaign = {"id": 7, "name": HOSTILE, "state": "failed", "url": "https://x/>](javascript:1)"}
    text = markdown(results(hostile, outcome="fail", systems=rows, campaign=campaign, error=HOSTILE))
    html = rendered(text)
    # As many cells as there are, no picture, no link but ours, no markup of theirs.
    assert "<img" not in html
    assert re.findall(r'<a href="([^"]*)"', html) == ["https://x/%3E%5D(javascript:1)"]
    assert "</td>" not in re.sub(r"</t[dh]>\n", "", html)
    assert len({row.count("<td>") for row in html.split("<tr>") if "<td><code>" in row}) <= 3
    # A name that calls somebody is within code, or parted.
    outside = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
    assert "@octocat" not in outside
    assert "#12" not in outside


def test_annotations_are_one_line_each() -> None:
    lines = annotation_lines(results(rule("fail", "100% of\n::error::it"), rule("undecided"), rule("pass")))
    assert lines == [
        "::error title=EvalHub nightly%3A fail%2C PWAS@10 at least 0.6::100%25 of%0A::error::it",
        "::warning title=EvalHub nightly%3A undecided%2C PWAS@10 at least 0.6::PWAS@10 of a is 0.55",
    ]
    failed = {"id": 7, "name": "n", "state": "failed", "url": ""}
    assert annotation_lines(results(campaign=failed, error="no key")) == [
        "::error title=EvalHub n%3A failed::no key"
    ]


@pytest.mark.parametrize(
    ("asked", "variable", "is_on"),
    [("auto", "true", True), ("auto", "", False), ("github", "", True), ("none", "true", False)],
)
def test_github_is_known_by_its_variable(asked: str, variable: str, is_on: bool) -> None:
    assert is_github(asked, {"GITHUB_ACTIONS": variable}) is is_on  # type: ignore[arg-type]


def test_on_github_no_name_is_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    found = results(
        rule("fail"),
        outcome="fail",
        campaign={"id": 7, "name": "::error::x", "state": "done", "url": ""},
        settings={**results()["settings"], "corpus": {"name": "c"}, "queries": {"name": "q"}},
        ratings=[],
        systems=[],
        comparisons=[],
    )
    assert report(found, Outputs(annotations="auto")) == 1
    lines = capsys.readouterr().out.splitlines()
    commands = [line for line in lines if line.startswith("::")]
    token = commands[0].removeprefix("::stop-commands::")
    assert len(token) == 32
    at = lines.index(f"::{token}::")
    # Between the two everything is text; after them come ours.
    assert any(line.startswith("::error::x (campaign 7") for line in lines[1:at])
    assert [line[:8] for line in lines[at + 1 :]] == ["::error "]
    assert summary.read_text().startswith("before\n### EvalHub `::error::x`: ❌ gate fail")
    append_summary(found, {})
