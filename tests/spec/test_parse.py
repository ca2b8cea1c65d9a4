"""The rules of a spec, one at a time, as a request meets them."""

import copy
from typing import Any

import pytest

from evalhub.spec.errors import SpecError
from evalhub.spec.explain import MODELS
from evalhub.spec.load import parse_spec

SPEC: dict[str, Any] = {
    "name": "small",
    "corpus": {"name": "c"},
    "queries": {"name": "q"},
    "systems": [{"name": "a", "embedding_model": "minilm"}, {"name": "b", "embedding_model": "wordllama"}],
}


def refusal(**changes: Any) -> str:
    with pytest.raises(SpecError) as caught:
        parse_spec(copy.deepcopy(SPEC) | changes)
    return str(caught.value)


def system(**keys: Any) -> dict[str, Any]:
    return {"systems": [{"name": "a", **keys}]}


def gate(**keys: Any) -> dict[str, Any]:
    return {"gate": [{"system": "a", "measure": "PWAS@10", **keys}]}


def rater(**keys: Any) -> dict[str, Any]:
    return {"raters": [{"name": "r", **keys}]}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"corpsu": 1}, 'field "corpsu": unknown key. Did you mean "corpus"?'),
        (
            {"zzz": 1},
            'field "zzz": unknown key. Known: name, corpus, queries, systems, raters, cutoff, depth, '
            "weights, budget, gate, tags, source.",
        ),
        ({"name": ""}, 'field "name": empty. For example name: nightly'),
        (
            {"systems": [{"name": f"s{n}", "embedding_model": "minilm"} for n in range(101)]},
            'field "systems": more than 100 of them. '
            "For example systems: [{name: minilm-384, embedding_model: minilm}]",
        ),
        (
            {"raters": [{"name": f"r{n}", "kind": "gold"} for n in range(21)]},
            'field "raters": more than 20 of them. For example raters: [{name: default}]',
        ),
        ({"name": "x" * 101}, 'field "name": longer than 100 characters. For example name: nightly'),
        ({"name": " x"}, 'field "name": blanks around the name or control characters in it. Remove them.'),
        (
            {"systems": []},
            'field "systems": empty. For example systems: [{name: minilm-384, embedding_model: minilm}]',
        ),
        (
            system(),
            'field "systems[0]": neither embedding_model nor run. Give the system exactly one of the two.',
        ),
        (
            system(embedding_model={"provider": "sentence-transformers", "model": "/etc/weights"}),
            'field "systems[0].embedding_model.model": a file cannot be named here. '
            "Import or register it first, then give its name.",
        ),
        (
            system(embedding_model="minilm", index={"connectivity": 8}),
            'field "systems[0].index.connectivity": means nothing for an exact index. '
            "Write kind: hnsw, or remove it.",
        ),
        (
            system(embedding_model="minilm", index={"dtype": "F16"}),
            'field "systems[0].index.dtype": "F16" is not one of f32, f16, bf16, i8, b1. Did you mean "f16"?',
        ),
        ({"cutoff": 0}, 'field "cutoff": must be at least 1. For example cutoff: 10'),
        ({"cutoff": 10.0}, 'field "cutoff": must be a whole number, not 10.0. For example cutoff: 10'),
        ({"cutoff": "10"}, 'field "cutoff": must be a whole number, not text. For example cutoff: 10'),
        (
            {"cutoff": 20, "depth": 10},
            'field "depth": 10 is less than the cutoff 20. Write 20 or more, or leave it out.',
        ),
        (
            {"weights": "geometric"},
            'field "weights": weighting "geometric" needs a number above 0 and at most 1 after the colon: '
            '"geometric:0.8".',
        ),
        (
            {"budget": {"cost_usd": float("inf")}},
            'field "budget.cost_usd": must be a finite number, not inf. For example cost_usd: 5.0',
        ),
        (
            gate(minimum=0.5, baseline="b"),
            'field "gate[0]": both minimum and baseline. '
            "Give each rule one of the two, and write two rules for both.",
        ),
        (
            gate(minimum=0.5, margin=0.1),
            'field "gate[0].margin": means nothing without a baseline. Name a baseline, or remove it.',
        ),
        (
            {"tags": ["a,b"]},
            'field "tags[0]": a comma in a tag. Commas part tags: write two.',
        ),
        (
            {"tags": ["nightly "]},
            'field "tags[0]": blanks around a tag or control characters in it. Remove them.',
        ),
        ({"tags": ["a"] * 21}, 'field "tags": more than 20 of them. For example tags: [nightly]'),
        ({"tags": "nightly"}, 'field "tags": must be a list, not text. For example tags: [nightly]'),
        (gate(baseline="a"), 'field "gate[0].baseline": the system itself. Name another system.'),
        (gate(baseline="zzz"), 'field "gate[0].baseline": no system is named "zzz". Systems: a, b.'),
        (
            gate(measure="PWAS@20", minimum=0.5),
            'field "gate[0].measure": PWAS@20 is not computed in this campaign. '
            "Write one of PWAS@10, nDCG@10, RR@10, judged@10, AP@10, recall@10, or change cutoff or depth.",
        ),
        (
            gate(measure="recall@100", minimum=0.5) | {"depth": 50},
            'field "gate[0].measure": recall@100 is not computed in this campaign. '
            "Write one of PWAS@10, nDCG@10, RR@10, judged@10, AP@50, recall@50, or change cutoff or depth.",
        ),
        (
            gate(measure="PWAS", minimum=0.5),
            'field "gate[0].measure": measure "PWAS" needs a cutoff of 1 or more after the @, '
            'as in "PWAS@10".',
        ),
        (rater(kind="hosted"), 'field "raters[0].model": missing. A rater of kind hosted needs a model.'),
        (
            rater(prompt="binary"),
            'field "raters[0].kind": missing. Say which kind of rater prompt is for, '
            "for example kind: hosted.",
        ),
        (
            rater(kind="hosted", model="m", base_url="ftp://x"),
            'field "raters[0].base_url": not an http or https address. '
            "Write for example https://api.example.com/v1.",
        ),
        (
            rater(kind="hosted", model="m", api_key_env="sk-secret-1"),
            'field "raters[0].api_key_env": not the name of an environment variable. '
            "Put the key into an environment variable and write its name, for example OPENAI_API_KEY.",
        ),
        (
            rater(kind="hosted", model="m", api_key="sk-0123456789abcdef"),
            'field "raters[0].api_key": not the name of a stored key. '
            "Store the key with evalhub key set NAME and write the name, for example openai-production.",
        ),
        (
            rater(kind="hosted", model="m", decoding=[1]),
            'field "raters[0].decoding": must be a mapping, not a list. '
            "For example decoding: {temperature: 0}",
        ),
        (
            rater(kind="hosted", model="m", input_usd_per_mtok=-1.0),
            'field "raters[0].input_usd_per_mtok": must be at least 0. For example input_usd_per_mtok: 0.15',
        ),
        (
            rater(kind="hosted", model="m", timeout_s=0),
            'field "raters[0].timeout_s": must be above 0. For example timeout_s: 60',
        ),
        (
            {"corpus": {"name": "c", "path": "x"}},
            'field "corpus.path": a file cannot be named here. '
            "Import or register it first, then give its name.",
        ),
    ],
)
def test_each_rule_says_what_is_wrong_and_what_to_do(changes: dict[str, Any], said: str) -> None:
    assert refusal(**changes) == f"SPEC: {said}"


def test_the_caller_names_the_spec() -> None:
    with pytest.raises(SpecError) as caught:
        parse_spec({**SPEC, "cutoff": 0}, file="request body")
    assert [problem.file for problem in caught.value.errors] == ["request body"]


def test_a_margin_may_ask_for_an_improvement() -> None:
    spec = parse_spec(SPEC | gate(baseline="b", margin=-0.02))
    assert spec.gate[0].margin == -0.02
    assert parse_spec(SPEC | gate(baseline="b")).gate[0].margin == 0.0


def test_the_data_of_the_caller_is_not_changed() -> None:
    before = copy.deepcopy(SPEC)
    parse_spec(SPEC)
    assert before == SPEC


def test_every_field_has_an_example_for_its_remedy() -> None:
    without = [
        f"{model.__name__}.{name}"
        for model in MODELS.values()
        for name, field in model.model_fields.items()
        if not field.examples
    ]
    assert without == []


def test_thousands_of_rules_are_not_each_searched_for_a_likely_name() -> None:
    systems = [{"name": f"s{n}", "embedding_model": "minilm"} for n in range(5000)]
    rules = [{"system": f"x{n}", "measure": "PWAS@10", "minimum": 0.5} for n in range(5000)]
    said = refusal(systems=systems, gate=rules)
    assert 'field "gate": more than 200 of them' in said
    assert 'field "gate[199].system"' in said
    assert 'field "gate[200].system"' not in said
