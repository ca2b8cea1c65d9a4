"""Gates of campaigns from end to end: other campaigns, segments, floors, prices; what they say stays said."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalhub.client import EvalHub, EvalHubError, Json
from evalhub.models import Campaign, GateRule, System
from evalhub.selectors.campaign_rows import campaigns_rows
from evalhub.selectors.gates import gate_result

Write = Callable[[str, str], Path]

N = 12
MEASURE = "PWAS@1"
COMMIT = "9fceb02d0ae598e95dc970b74767f19372d61af8"


def queries(numbers: range) -> str:
    tag = {True: '["head"]', False: '["tail"]'}
    return "".join(f'{{"_id": "q{n}", "text": "text {n}", "tags": {tag[n % 2 == 0]}}}\n' for n in numbers)


def run_file(*, right_of: Callable[[int], bool], numbers: range = range(N)) -> str:
    return "".join(f"q{n} Q0 {'d1' if right_of(n) else 'd2'} 1 1 t\n" for n in numbers)


@pytest.fixture
def inputs(hub: EvalHub, write: Write) -> None:
    """`good` finds the right document of two, `bad` the wrong one, `half` the right one for even queries."""
    hub.upload_corpus("books", write("c.jsonl", '{"_id": "d1", "text": "a"}\n{"_id": "d2", "text": "b"}\n'))
    hub.upload_queries("asked", write("q.jsonl", queries(range(N))))
    labels = "".join(f"q{n} 0 d1 1\nq{n} 0 d2 0\n" for n in range(N))
    hub.upload_gold("asked", write("g.txt", labels), corpus="books")
    for name, right_of in (
        ("good", lambda n: True),
        ("bad", lambda n: False),
        ("half", lambda n: n % 2 == 0),
    ):
        path = write(f"{name}.trec", run_file(right_of=right_of))
        hub.upload_run(name, path, corpus="books", collection="asked")


Run = Callable[..., Json]


@pytest.fixture
def run(hub: EvalHub, inputs: None) -> Run:
    """Run a campaign of one system, called `candidate` whatever is behind it; returns its results."""

    def started(system: str, *rules: Json, branch: str = "", **more: Any) -> Json:
        key = System.objects.get(name=system).pk
        spec: Json = {
            "name": "nightly",
            "corpus": {"name": "books"},
            "queries": {"name": "asked"},
            "systems": [{"name": system, "id": key}],
            "raters": [{"name": "people", "kind": "gold"}],
            "cutoff": 1,
            "gate": [rule | ({} if "max_cost_usd" in rule else {"measure": MEASURE}) for rule in rules],
            **({"source": {"branch": branch, "commit": COMMIT}} if branch else {}),
            **more,
        }
        campaign = hub.create_campaign(spec)
        assert hub.wait(campaign["id"])["state"] == "done"
        return hub.results(campaign["id"])

    return started


def against_main(system: str, theirs: str, **more: str) -> Json:
    return {"system": system, "baseline": {"branch": "main", "system": theirs, **more}, "margin": 0.01}


def test_the_last_passing_campaign_of_a_branch_is_the_baseline(run: Run) -> None:
    main = run("good", branch="main")
    run("half", branch="feature")
    worse = run("half", against_main("half", "good"), branch="feature")
    rule = worse["gate"]["rules"][0]
    # Six of twelve queries lose 1, the others 0.
    assert (rule["baseline_campaign"], rule["value"], rule["n_queries"]) == (main["campaign"]["id"], -0.5, N)
    assert (rule["outcome"], rule["baseline_asked"]) == ("fail", "branch main")
    assert rule["reason"].startswith(
        f"PWAS@1 of half minus good of campaign {main['campaign']['id']} is -0.5"
    )
    same = run("good", against_main("good", "good"), branch="main")
    assert (same["gate"]["outcome"], same["gate"]["rules"][0]["value"]) == ("pass", 0.0)


def test_what_did_not_pass_is_no_baseline(run: Run) -> None:
    passing = run("good", {"system": "good", "minimum": 0.5}, branch="main")
    failing = run("bad", {"system": "bad", "minimum": 0.5}, branch="main")
    assert failing["gate"]["outcome"] == "fail"
    again = run("bad", against_main("bad", "good"))
    assert again["gate"]["rules"][0]["baseline_campaign"] == passing["campaign"]["id"]


def test_a_gate_stays_as_it_was_when_another_campaign_passes_later(run: Run) -> None:
    run("bad", branch="main")
    candidate = run("half", against_main("half", "bad"))
    run("good", branch="main")
    campaign = Campaign.objects.select_related("snapshot__corpus", "collection").get(
        pk=candidate["campaign"]["id"]
    )
    before = candidate["gate"]["rules"][0]
    (now,) = gate_result(campaigns_rows([campaign])[0])["rules"]
    assert now == before
    # And were it judged anew, it would be by the campaign that was taken.
    GateRule.objects.filter(campaign=campaign).update(outcome="")
    (judged,) = gate_result(campaigns_rows([campaign])[0])["rules"]
    assert judged == before


def test_a_missing_baseline_is_undecided_with_what_to_do(run: Run) -> None:
    rule = run("good", against_main("good", "good"))["gate"]["rules"][0]
    assert (rule["outcome"], rule["baseline_campaign"]) == ("undecided", None)
    assert rule["reason"] == (
        'no campaign "nightly" has passed on branch main yet: '
        "let one pass there first, or write if_missing: pass"
    )
    first = run("good", against_main("good", "good", if_missing="pass"), branch="main")
    assert first["gate"]["outcome"] == "pass"
    renamed = run("half", against_main("half", "half"))["gate"]["rules"][0]
    assert (
        f'campaign {first["campaign"]["id"]}, the last to pass on branch main, has no system "half"'
        in (renamed["reason"])
    )


def test_another_version_of_the_rater_is_not_comparable(run: Run, hub: EvalHub, write: Write) -> None:
    before = run("good", branch="main")["campaign"]["id"]

    changed = queries(range(2, N + 3)).replace('"text 5"', '"another text"')
    hub.upload_queries("asked", write("q2.jsonl", changed))
    numbers = range(2, N + 3)
    labels = "".join(f"q{n} 0 d1 1\nq{n} 0 d2 0\n" for n in numbers)
    hub.upload_gold("asked", write("g2.txt", labels), corpus="books")
    path = write("later.trec", run_file(right_of=lambda n: n != 5, numbers=numbers))
    hub.upload_run("later", path, corpus="books", collection="asked")
    results = run("later", {"system": "later", "baseline": {"campaign": before, "system": "good"}})
    rule = results["gate"]["rules"][0]
    assert (rule["outcome"], rule["reason"].split(": ")[0]) == (
        "undecided",
        f"PWAS@1 of later minus good of campaign {before} cannot be compared "
        '(not graded by this version of "people")',
    )


def test_a_rule_of_a_segment_looks_at_its_queries_alone(run: Run) -> None:
    rules = [{"system": "half", "minimum": 0.9, "segment": tag} for tag in ("head", "tail")]
    found = run("half", *rules)["gate"]["rules"]
    assert [(rule["outcome"], rule["value"], rule["n_queries"]) for rule in found] == [
        ("pass", 1.0, 6),
        ("fail", 0.0, 6),
    ]
    assert found[1]["reason"] == (
        "PWAS@1 of half, queries tagged tail, is 0.00 [0.00, 0.00], all of it below 0.90"
    )


def test_an_undecided_rule_says_what_would_settle_it(run: Run) -> None:
    found = run("half", {"system": "half", "minimum": 0.4})
    rule = found["gate"]["rules"][0]
    assert rule["outcome"] == "undecided"
    assert rule["needs"]["queries"] > 100
    # Its rater is people's labels: one for each further query, at a cutoff of 1.
    assert rule["needs"]["labels"] == rule["needs"]["queries"]
    assert rule["needs"]["url"] == f"{found['campaign']['url']}review/"
    assert rule["reason"].endswith("would settle it, each with its first 1 hits labelled")


def test_a_rule_has_its_own_coverage_floor(run: Run, hub: EvalHub, write: Write) -> None:
    hub.upload_queries("asked", write("q3.jsonl", queries(range(N + 4))))
    path = write("more.trec", run_file(right_of=lambda n: True, numbers=range(N + 4)))
    hub.upload_run("more", path, corpus="books", collection="asked")
    strict, lax = ({"system": "more", "minimum": 0.6, "coverage": floor} for floor in (0.9, 0.5))
    found = run("more", strict, lax)["gate"]["rules"]
    assert [rule["outcome"] for rule in found] == ["undecided", "pass"]
    # 12 of 16 pairs are labelled; 0.9 * 16 = 14.4.
    assert (found[0]["needs"]["labels"], found[0]["needs"]["grades"]) == (3, None)
    assert found[0]["reason"].endswith("3 more labels by people, of 4 missing, reach it")


def test_what_may_be_paid_is_a_rule(run: Run) -> None:
    gate = run("good", {"max_cost_usd": 0.0})["gate"]
    assert (gate["outcome"], gate["rules"][0]["reason"]) == (
        "pass",
        "the campaign paid $0.0000, at most $0.0000",
    )
    assert (gate["rules"][0]["system"], gate["rules"][0]["value"]) == (None, 0.0)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            {"minimum": 0.5, "segment": "hed"},
            'gate[0].segment": no query is tagged "hed". Did you mean "head"?',
        ),
        ({"baseline": {"campaign": 999}}, 'gate[0].baseline.campaign": no campaign 999'),
        ({"baseline": {"campaign": 1, "branch": "main"}}, "both campaign and branch"),
        ({"baseline": {"branch": "main", "sytem": "a"}}, 'unknown key. Did you mean "system"?'),
        ({"baseline": {"campaign": 1, "if_missing": "pass"}}, 'if_missing": means nothing beside a campaign'),
        ({"max_cost_usd": 1.0}, 'gate[0].system": means nothing beside max_cost_usd'),
        ({"minimum": 0.5, "coverage": 1.5}, 'gate[0].coverage": must be at most 1'),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_by_its_field(run: Run, rule: Json, said: str) -> None:
    with pytest.raises(EvalHubError) as refused:
        run("good", {"system": "good", **rule})
    assert said in str(refused.value)
    assert not Campaign.objects.exists()


def test_another_campaigns_system_is_found_or_told(run: Run) -> None:
    before = run("good")["campaign"]["id"]
    with pytest.raises(EvalHubError, match=rf'campaign {before} has no system "god". Did you mean "good"\?'):
        run("half", {"system": "half", "baseline": {"campaign": before, "system": "god"}})


def test_where_a_campaign_comes_from_is_kept_and_filtered_by(run: Run, hub: EvalHub) -> None:
    url = "https://ci.example.com/1?a=b&c=d"
    found = run("good", source={"commit": COMMIT, "branch": "main", "actor": "o'neil", "url": url})
    run("half", branch="feature")
    assert found["source"] == {"commit": COMMIT, "branch": "main", "actor": "o'neil", "url": url}
    campaign = hub.campaign(found["campaign"]["id"])
    assert campaign["source"] == found["source"]
    for asked in ("branch=main", f"commit={COMMIT[:8]}&branch=main"):
        assert [row["id"] for row in hub._get(f"campaigns?{asked}")["results"]] == [campaign["id"]]
    assert "source" not in Campaign.objects.get(pk=campaign["id"]).spec


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"url": "javascript:alert(1)"}, 'source.url": not an address of http or https'),
        ({"commit": "not-hex"}, 'source.commit": not the hexadecimal name of a commit'),
        ({"branch": "a\nb"}, 'source.branch": blanks around it or control characters'),
    ],
)
def test_a_source_that_can_not_be_shown_is_refused(run: Run, source: Json, said: str) -> None:
    with pytest.raises(EvalHubError) as refused:
        run("good", source=source)
    assert said in str(refused.value)
