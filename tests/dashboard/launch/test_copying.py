"""A campaign asked for again: the same spec, unless somebody changes it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from evalhub.dashboard.launch.copying import form_of_campaign
from evalhub.dashboard.launch.form import read_form
from evalhub.models import Campaign, RaterVersion
from evalhub.services.campaigns import campaign_start
from evalhub.services.spec_inputs.load import inputs_import
from evalhub.services.workspaces import workspace_default
from evalhub.spec.load import parse_spec
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import Inputs
from tests.dashboard.launch.conftest import Page

Visit = Callable[..., Page]
Queries = Callable[[int], AbstractContextManager[Any]]

SYSTEMS = [
    {"name": "whole", "embedding_model": "minilm"},
    {"name": "minilm-64-hnsw", "embedding_model": "minilm", "index": {"kind": "hnsw", "dimension": 64}},
    {"name": "wordllama-256-i8", "embedding_model": "wordllama", "index": {"kind": "exact", "dtype": "i8"}},
]


def _start(**changes: object) -> Campaign:
    asked = {
        "name": "nightly",
        "corpus": {"name": "kettles"},
        "queries": {"name": "head"},
        "systems": SYSTEMS,
        "cutoff": 5,
    }
    spec = parse_spec(asked | changes)
    workspace = workspace_default()
    inputs = inputs_import(workspace, spec, clock=timezone.now)
    return campaign_start(workspace, spec, inputs, user=None, now=timezone.now())


def _again(visit: Visit, campaign: Campaign) -> Campaign:
    page = visit(f"?from={campaign.pk}")
    answer = page.press("start")
    assert answer.answer.status_code == 302, answer.html
    return Campaign.objects.latest("pk")


@pytest.fixture
def reopened(filled: Page) -> Callable[[str], Page]:
    """Open the page anew with a query string."""
    return lambda query: Page(filled.client, filled.client.get(f"/campaigns/new/{query}"))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"depth": 9, "weights": "geometric:0.7", "budget": {"cost_usd": 2.5}},
        {
            "gate": [
                {"system": "whole", "measure": "PWAS@5", "minimum": 0.6},
                {"system": "minilm-64-hnsw", "measure": "nDCG@5", "baseline": "whole", "margin": 0.02},
            ]
        },
        {"raters": [{"name": "default"}, {"name": "words", "kind": "calibrated", "evidence": "lexical"}]},
    ],
)
def test_it_is_the_same_campaign(reopened: Callable[[str], Page], changes: dict[str, object]) -> None:
    campaign = _start(**changes)
    again = _again(reopened, campaign)
    assert again.name == "nightly"
    assert again.score_job == campaign.score_job  # nothing is done twice
    names = [list(one.campaign_systems.values_list("system__name", flat=True)) for one in (campaign, again)]
    assert sorted(names[0]) == sorted(names[1])
    rules = [
        list(one.gate_rules.values_list("system", "measure", "minimum", "baseline"))
        for one in (campaign, again)
    ]
    assert rules[0] == rules[1]
    assert (again.depth, again.weights, again.budget_usd) == (
        campaign.depth,
        campaign.weights,
        campaign.budget_usd,
    )


def test_what_no_choice_describes_is_a_registered_system(reopened: Callable[[str], Page]) -> None:
    odd = [
        *SYSTEMS,
        {"name": "deep", "embedding_model": "minilm", "index": {"kind": "hnsw", "connectivity": 32}},
        {"name": "prompted", "embedding_model": {"model": "minilm", "query_prompt": "find: "}},
    ]
    campaign = _start(systems=odd, gate=[{"system": "deep", "measure": "PWAS@5", "minimum": 0.5}])
    again = _again(reopened, campaign)
    assert again.score_job is not None
    assert set(again.score_job.params["runs"]) == set(campaign.score_job.params["runs"])  # type: ignore[union-attr]
    assert again.gate_rules.get().system == "deep"


def test_names_of_one_description_are_kept_apart(reopened: Callable[[str], Page]) -> None:
    twins = [{"name": name, "embedding_model": "minilm"} for name in ("one", "two")]
    campaign = _start(systems=twins)
    again = _again(reopened, campaign)
    assert set(again.campaign_systems.values_list("system__name", flat=True)) == {"one", "two"}


@pytest.mark.parametrize("key", ["0", "99", "x", "9" * 40])
def test_a_campaign_that_is_not_there_is_not_copied(reopened: Callable[[str], Page], key: str) -> None:
    assert reopened(f"?from={key}").answer.status_code == 404


def test_a_corpus_and_queries_can_be_named_in_the_address(reopened: Callable[[str], Page]) -> None:
    page = reopened("?corpus=kettles&queries=head")
    assert (page.fields["corpus"], page.fields["queries"]) == (["kettles"], ["head"])


def test_a_form_and_its_page_say_the_same(reopened: Callable[[str], Page]) -> None:
    campaign = _start(gate=[{"system": "whole", "measure": "PWAS@5", "minimum": 0.6}])
    shown = reopened(f"?from={campaign.pk}").fields
    sent = QueryDict(mutable=True)
    for name, values in shown.items():
        sent.setlist(name, values)
    by_page, by_campaign = read_form(sent), form_of_campaign(campaign)
    assert by_page.sweep.left_out == by_campaign.sweep.left_out
    assert by_page.rules == by_campaign.rules
    assert by_page.raters == by_campaign.raters


def test_raters_are_looked_up_together_however_many(
    inputs: Inputs, django_assert_num_queries: Queries
) -> None:
    key = make_campaign(inputs).pk
    campaign = Campaign.objects.select_related("snapshot__corpus", "collection").get(pk=key)
    with django_assert_num_queries(3):  # systems, raters, newest versions
        form = form_of_campaign(campaign)
    assert len(form.raters) == 2
    judge = RaterVersion.objects.get(pk=inputs.raters[0].pk)
    number = judge.number
    judge.pk, judge.number, judge.digest = None, number + 1, "next"
    judge.save()
    assert form_of_campaign(campaign).raters == [f"{form.raters[0]}@{number}", form.raters[1]]


PLAIN = {"system": "whole", "measure": "PWAS@5", "minimum": 0.6}
FURTHER = [
    {"system": "whole", "measure": "PWAS@5", "baseline": {"branch": "main", "if_missing": "pass"}},
    {**PLAIN, "coverage": 0.5},
    {"max_cost_usd": 1.0},
]
WORDS = [
    "PWAS@5 of whole is at most 0 below whole of the last campaign of this name that passed on branch main; "
    "passes while there is no such campaign",
    "PWAS@5 of whole reaches at least 0.6, once 50% of the pairs are graded",
    "the campaign pays at most $1.00",
]


def test_rules_that_the_page_has_no_fields_for_are_carried_along(reopened: Callable[[str], Page]) -> None:
    campaign = _start(gate=[PLAIN, *FURTHER])
    page = reopened(f"?from={campaign.pk}")
    assert all(words in page.html for words in WORDS)
    again = _again(reopened, campaign)
    fields = ("system", "measure", "minimum", "margin", "coverage", "max_cost_usd", "passes_if_missing")
    kept = [list(one.gate_rules.order_by("pk").values_list(*fields)) for one in (campaign, again)]
    assert len(kept[0]) == 4
    assert kept[0] == kept[1]


def test_a_rule_that_is_carried_along_can_be_left_out_and_follows_the_cutoff(
    reopened: Callable[[str], Page],
) -> None:
    page = reopened(f"?from={_start(gate=[PLAIN, *FURTHER]).pk}")
    page.fields["kept_rule"] = page.fields["kept_rule"][1:2]
    page.fields["cutoff"] = ["3"]
    assert page.press("start").answer.status_code == 302
    rules = Campaign.objects.latest("pk").gate_rules.order_by("pk")
    assert list(rules.values_list("measure", "coverage")) == [("PWAS@3", None), ("PWAS@3", 0.5)]


@pytest.mark.parametrize("text", ["{", "[" * 3000, "7", '{"system": "<b>x</b>", "measure": "PWAS@5"}'])
def test_a_rule_that_is_none_is_refused_beside_it(reopened: Callable[[str], Page], text: str) -> None:
    page = reopened(f"?from={_start(gate=[PLAIN, *FURTHER]).pk}")
    page.fields["kept_rule"] = [text]
    answer = page.press("start")
    assert answer.answer.status_code == 200
    assert 'id="kept-0-error"' in answer.html
    assert "<b>x</b>" not in answer.html
