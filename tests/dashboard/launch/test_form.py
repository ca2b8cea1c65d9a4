"""From the choices to a started campaign; what is wrong stands beside its field."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from evalhub.models import (
    Campaign,
    Job,
)
from evalhub.services.provider_keys import provider_key_set
from evalhub.services.workspaces import workspace_default
from tests.dashboard.launch.conftest import Page
from tests.people import person
from tests.pipeline.conftest import Broker

Visit = Callable[..., Page]
MaxQueries = Callable[[int], AbstractContextManager[Any]]
WHOLE = "minilm/exact/full/f32"
HOSTED = {
    "hosted": "on",
    "hosted_model": "gpt-x",
    "hosted_input_usd_per_mtok": "0.5",
    "hosted_output_usd_per_mtok": "2",
}


def started(page: Page) -> Campaign:
    assert page.answer.status_code == 302, page.error("")
    return Campaign.objects.get()


def test_the_defaults_start(filled: Page) -> None:
    assert "Ready." in filled.summary
    page = filled.press("start")
    campaign = started(page)
    assert page.answer["Location"] == f"/campaigns/{campaign.pk}/"
    assert (campaign.name, campaign.cutoff, campaign.depth, campaign.weights) == (
        "campaign 1",
        10,
        10,
        "log2",
    )
    assert [row.system.name for row in campaign.campaign_systems.all()] == ["minilm-384", "wordllama-256"]
    assert [row.name for row in campaign.campaign_raters.all()] == ["default"]
    assert campaign.created_by is not None
    assert Job.objects.filter(campaigns=campaign, kind="rate").count() == 1


def test_everything_that_can_be_chosen_arrives(filled: Page) -> None:
    provider_key_set(workspace_default(), "openai-production", "sk-x")
    campaign = started(
        filled.press(
            "start",
            **HOSTED,
            hosted_api_key="openai-production",
            dimension=["full", "64"],
            dtype=["f32", "i8"],
            model=["minilm"],
            shown=["minilm/exact/64/f32"],
            use=[None],
            name="nightly",
            cutoff="5",
            depth="12",
            weights="geometric",
            persistence="0.7",
            budget="2.5",
            rule_system=["minilm/exact/full/f32", "minilm/exact/64/i8"],
            rule_measure=["PWAS", "nDCG"],
            rule_kind=["minimum", "baseline"],
            rule_value=["0.6", "0.02"],
            rule_baseline=["", "minilm/exact/full/f32"],
            **{"system_name:minilm/exact/full/f32": "whole"},
        )
    )
    assert [row.system.name for row in campaign.campaign_systems.all()] == [
        "whole",
        "minilm-384-i8",
        "minilm-64-i8",
    ]
    assert [row.name for row in campaign.campaign_raters.all()] == ["default", "judge"]
    assert (campaign.cutoff, campaign.depth, campaign.weights) == (5, 12, "geometric:0.7")
    assert campaign.budget_usd == 2.5
    rules = campaign.gate_rules.values_list("system", "measure", "minimum", "baseline", "margin")
    assert list(rules) == [("whole", "PWAS@5", 0.6, "", 0.0), ("minilm-64-i8", "nDCG@5", None, "whole", 0.02)]


@pytest.mark.parametrize(
    ("typed", "element", "said"),
    [
        ({"name": ""}, "name", "Give the campaign a name."),
        ({"name": "x" * 101}, "name", "Longer than 100 characters"),
        ({"name": "a\u202eb"}, "name", "control characters"),
        ({"corpus": ""}, "corpus", "Choose a corpus"),
        ({"corpus": "nope"}, "corpus", 'no corpus "nope"'),
        ({"queries": ""}, "queries", "Choose queries"),
        ({"queries": "nope"}, "queries", 'no query collection "nope"'),
        ({"model": None}, "systems", "Tick an embedding model or a system."),
        ({"other_models": "no/such-model"}, "system-2", "is not a registered name"),
        ({"other_models": "/etc"}, "system-2", "a file cannot be named here"),
        ({"other_models": "./evalhub"}, "system-2", "a file cannot be named here"),
        ({"other_dimensions": "many"}, "system-1", "dimension: must be a whole number"),
        ({"other_dimensions": "0"}, "system-1", "dimension: must be at least 1"),
        (
            {"system_name:minilm/exact/full/f32": "wordllama-256"},
            "system-1",
            "is already the name of systems[0]",
        ),
        ({"dtype": "f99"}, "system-0", '"f99" is not one of'),
        ({"rater": None}, "raters", "Tick a rater."),
        ({"rater": "nobody"}, "raters", 'no rater "nobody"'),
        ({"cutoff": "ten"}, "cutoff", "Must be a whole number, not text"),
        ({"cutoff": ""}, "cutoff", None),
        ({"cutoff": "0"}, "cutoff", "at least 1"),
        ({"cutoff": "13"}, "cutoff", 'the corpus "kettles" has 12 documents'),
        ({"depth": "3"}, "depth", "3 is less than the cutoff 10"),
        ({"depth": "99999999999999999999"}, "depth", "Must be"),
        ({"weights": "geometric", "persistence": "2"}, "weights", "above 0 and at most 1"),
        ({"weights": "steep"}, "weights", 'Unknown weighting "steep"'),
        ({"budget": "much"}, "budget", "cost_usd: must be a number"),
        ({"budget": "-1"}, "budget", "cost_usd: must be at least 0"),
        ({"budget": "nan"}, "budget", "cost_usd: must be a finite number"),
        ({**HOSTED, "hosted_model": ""}, "hosted_model", "Missing. A rater of kind hosted needs a model."),
        ({**HOSTED, "hosted_name": "default"}, "hosted_name", "is already the name of raters[0]"),
        (
            {**HOSTED, "hosted_base_url": "https://evil.example"},
            "hosted_base_url",
            "Not an address this server",
        ),
        ({**HOSTED, "hosted_base_url": "file:///etc"}, "hosted_base_url", "Not an http"),
        ({**HOSTED, "hosted_api_key": "nope"}, "hosted_api_key", "No key is stored under this name"),
        ({**HOSTED, "hosted_api_key_env": "DATABASE_URL"}, "hosted_api_key_env", "does not end in _API_KEY"),
        ({**HOSTED, "hosted_prompt": "../../etc/passwd"}, "hosted_prompt", "A file cannot be named here"),
        ({**HOSTED, "hosted_input_usd_per_mtok": "cheap"}, "hosted_input_usd_per_mtok", "Must be a number"),
        (
            {**HOSTED, "hosted_input_usd_per_mtok": "", "hosted_output_usd_per_mtok": "", "budget": "1"},
            "hosted_input_usd_per_mtok",
            "a budget can only be kept where prices are known",
        ),
        ({"rule_value": "0.5"}, "rule-0-system", "Missing."),
        ({"rule_system": "minilm/exact/full/f32", "rule_value": "high"}, "rule-0-value", "Must be a number"),
        ({"rule_system": "minilm/exact/full/f32", "rule_value": "2"}, "rule-0-value", "Must be at most 1"),
        (
            {"rule_system": "minilm/exact/full/f32", "rule_kind": "baseline"},
            "rule-0-baseline",
            "No system is named",
        ),
        (
            {
                "rule_system": "minilm/exact/full/f32",
                "rule_kind": "baseline",
                "rule_baseline": "minilm/exact/full/f32",
            },
            "rule-0-baseline",
            "The system itself",
        ),
        ({"rule_system": "gone/exact/full/f32", "rule_value": "0.5"}, "rule-0-system", "No system is named"),
        (
            {"rule_system": "minilm/exact/full/f32", "rule_value": "1", "rule_measure": "ERR"},
            "rule-0-measure",
            "ERR",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    filled: Page, typed: dict[str, Any], element: str, said: str | None
) -> None:
    page = filled.press("start", **typed)
    if said is None:  # left empty is the default
        assert page.answer.status_code == 302
        return
    assert "Not started." in page.html
    assert said.lower() in page.error(element).lower()
    assert f'id="{element}"' in page.html
    assert not Campaign.objects.exists()
    for name, value in typed.items():
        if isinstance(value, str) and name in {
            "name",
            "cutoff",
            "depth",
            "budget",
            "other_models",
            "rule_value",
        }:
            assert page.fields[name][0] == value  # kept as it was typed


def test_a_run_that_does_not_fit_is_said_beside_the_systems(filled: Page, broker: Broker) -> None:
    page = filled.upload("run", "production.trec", "q1 Q0 K1 1 9.5 t\n").press("use:run")
    other = page.upload("queries", "tail.csv", "id,text\nz1,other question\n").press("use:queries")
    said = other.press("start").error("systems")
    assert 'The file production.trec, line 1: "q1" is not in the query collection "tail"' in said


def test_a_registered_run_is_a_system_of_the_campaign(filled: Page) -> None:
    page = filled.upload("run", "production.trec", "q1 Q0 K1 1 9.5 t\n").press("use:run")
    campaign = started(page.press("start", rule_system=f"id:{page.fields['system'][0]}", rule_value="0.5"))
    assert [row.system.name for row in campaign.campaign_systems.all()][-1] == "production"
    assert campaign.gate_rules.get().system == "production"


def test_enter_and_unknown_buttons_start_nothing(filled: Page) -> None:
    for act in ("update", "", "explode", "use:everything", "upload:"):
        assert filled.press(act).answer.status_code == 200
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("field", ["hosted_api_key", "hosted_api_key_env"])
def test_a_key_that_was_pasted_for_its_name_does_not_come_back(filled: Page, field: str) -> None:
    key = "sk-proj-A1b2C3d4E5f6G7h8J9k0"
    page = filled.press("start", **{**HOSTED, field: key})
    assert key not in page.html
    assert page.error(field)
    assert "(a key was written here)" in page.yaml


def test_a_second_press_of_start_leads_to_the_campaign_of_the_first(filled: Page) -> None:
    first = started(filled.press("start"))
    again = filled.press("start")
    assert again.answer["Location"] == f"/campaigns/{first.pk}/"
    assert Campaign.objects.count() == 1
    filled.press("start", cutoff="5")  # another question
    assert Campaign.objects.count() == 2
    Campaign.objects.filter(pk=first.pk).update(state=Campaign.State.CANCELLED)
    assert filled.press("start").answer["Location"] != f"/campaigns/{first.pk}/"
    # Whoever comes back later means it.
    Campaign.objects.update(created_at=timezone.now() - timedelta(seconds=11))
    filled.press("start")
    assert Campaign.objects.count() == 4
    filled.client.force_login(person("bob"))
    filled.press("start")
    assert Campaign.objects.count() == 5
