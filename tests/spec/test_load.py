"""SPEC.yaml as documented is read; every problem of a bad one shows at once, with its line."""

from pathlib import Path

import pytest

from evalhub.spec.campaign import CampaignSpec
from evalhub.spec.errors import SpecError
from evalhub.spec.load import load_spec, parse_spec

DOCUMENTED = """\
name: nightly
corpus:  {name: electronics, path: corpus.jsonl.gz}
queries: {name: head, path: queries.jsonl, qrels: qrels/test.tsv}
systems:
  - name: minilm-384
    embedding_model: minilm
    index: {kind: exact, dimension: 384, dtype: f32}
  - name: graph
    embedding_model:
      {provider: sentence-transformers, model: ./models/e5, query_prompt: "", document_prompt: "",
       query_model: org/name}
    index: {kind: hnsw, connectivity: 16, expansion_add: 128, expansion_search: 64}
  - name: production
    run: runs/production.trec
raters:
  - {name: judge, kind: hosted, model: gpt-x, base_url: "https://api.example.com/v1",
     api_key_env: OPENAI_API_KEY, prompt: graded-relevance}
  - {name: local, kind: local-llm, model: smollm2, prompt: graded-relevance}
cutoff: 10
depth: 10
weights: log2
budget: {cost_usd: 5.0}
gate:
  - {system: minilm-384, measure: PWAS@10, minimum: 0.60}
  - {system: minilm-384, baseline: production, measure: PWAS@10, margin: 0.01}
"""
SMALLEST = """\
name: small
corpus: {name: c}
queries: {name: q}
systems: [{name: s, embedding_model: minilm}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("corpus.jsonl.gz", "queries.jsonl", "qrels/test.tsv", "runs/production.trec", "models/e5/x"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def load(folder: Path, text: str | bytes) -> CampaignSpec:
    path = folder / "SPEC.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_spec(path)


def problems(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(SpecError) as caught:
        load(folder, text)
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).splitlines()]


def test_the_documented_spec_is_read_with_absolute_paths(folder: Path) -> None:
    spec = load(folder, DOCUMENTED)
    assert spec.corpus.path == f"{folder}/corpus.jsonl.gz"
    assert spec.queries.qrels == f"{folder}/qrels/test.tsv"
    assert spec.systems[2].run == f"{folder}/runs/production.trec"
    assert spec.to_dict()["systems"] == [
        {
            "name": "minilm-384",
            "embedding_model": "minilm",
            "index": {"kind": "exact", "dimension": 384, "dtype": "f32"},
        },
        {
            "name": "graph",
            "embedding_model": {
                "provider": "sentence-transformers",
                "model": f"{folder}/models/e5",
                "query_prompt": "",
                "document_prompt": "",
                "query_model": "org/name",
            },
            "index": {
                "kind": "hnsw",
                "dtype": "f32",
                "connectivity": 16,
                "expansion_add": 128,
                "expansion_search": 64,
            },
        },
        {"name": "production", "run": f"{folder}/runs/production.trec"},
    ]
    assert [(rule.minimum, rule.baseline, rule.margin) for rule in spec.gate] == [
        (0.6, None, None),
        (None, "production", 0.01),
    ]


def test_models_and_prompts_may_be_files_beside_the_spec(folder: Path) -> None:
    text = SMALLEST.replace("minilm", "./models/e5") + (
        "raters: [{name: r, kind: local-llm, model: ./models/e5, prompt: models/e5/x}]"
    )
    spec = load(folder, text)
    assert spec.systems[0].embedding_model == f"{folder}/models/e5"
    assert (spec.raters[0].model, spec.raters[0].prompt) == (f"{folder}/models/e5", f"{folder}/models/e5/x")
    assert problems(folder, text.replace("/x}", "/y.txt}")) == [
        'SPEC.yaml:5: field "raters[0].prompt": no such file: "models/e5/y.txt". '
        f"Paths count from the folder of the spec, {folder}."
    ]


def test_what_is_left_out_has_defaults(folder: Path) -> None:
    assert load(folder, SMALLEST + "gate: [{system: s, measure: R@10, minimum: 0}]\nbudget:\n").to_dict() == {
        "name": "small",
        "corpus": {"name": "c"},
        "queries": {"name": "q"},
        "systems": [{"name": "s", "embedding_model": "minilm", "index": {"kind": "exact", "dtype": "f32"}}],
        "raters": [{"name": "default"}],
        "cutoff": 10,
        "depth": 10,
        "weights": "log2",
        "gate": [{"system": "s", "measure": "recall@10", "minimum": 0.0}],
        "tags": [],
    }
    assert load(folder, SMALLEST + "cutoff: 7").depth == 7


def test_the_dict_of_a_spec_is_the_same_spec(folder: Path) -> None:
    spec = load(folder, DOCUMENTED)
    assert parse_spec(spec.to_dict(), base_dir=folder) == spec


def test_every_problem_shows_at_once_with_its_line(folder: Path) -> None:
    text = """\
name: 2026-01-02
queries: {name: 5, path: nosuch.jsonl, qrel: 3}
systems:
  - name: minilm-384
    embeding_model: minilm
    index: {kind: exakt, dimension: "384", connectivity: 4}
  - name: minilm-384
    run: runs/production.trec
    embedding_model: {provider: openai, modl: x}
  - just-a-name
raters:
  - {name: judge, kind: hostd, max_document_tokens: 0}
  - {name: judge, prompt: 2}
cutoff: 2000
depth: yes
weights: log3
budget: {cost_usd: -1}
gate:
  - {system: minilm-38, measure: PWA@10, minimum: 60}
  - {system: minilm-384, measure: nDCG@10}
"""
    assert problems(folder, text) == [
        'SPEC.yaml:1: field "corpus": missing. '
        "For example corpus: {name: electronics, path: corpus.jsonl.gz}",
        'SPEC.yaml:1: field "name": must be text, not a date. Put it in quotes.',
        'SPEC.yaml:2: field "queries.name": must be text, not 5. Put it in quotes.',
        f'SPEC.yaml:2: field "queries.path": no such file: "nosuch.jsonl". '
        f"Paths count from the folder of the spec, {folder}.",
        'SPEC.yaml:2: field "queries.qrel": unknown key. Did you mean "qrels"?',
        'SPEC.yaml:5: field "systems[0].embeding_model": unknown key. Did you mean "embedding_model"?',
        'SPEC.yaml:6: field "systems[0].index.dimension": must be a whole number, not text. '
        "For example dimension: 384",
        'SPEC.yaml:6: field "systems[0].index.kind": "exakt" is not one of exact, hnsw. '
        'Did you mean "exact"?',
        'SPEC.yaml:7: field "systems[1].name": "minilm-384" is already the name of systems[0]. '
        "Give each its own name.",
        'SPEC.yaml:9: field "systems[1].embedding_model.model": missing. '
        "For example model: intfloat/e5-small-v2",
        'SPEC.yaml:9: field "systems[1].embedding_model.modl": unknown key. Did you mean "model"?',
        'SPEC.yaml:9: field "systems[1].embedding_model.provider": "openai" is not one of '
        "sentence-transformers, wordllama. Choose one, for example sentence-transformers.",
        'SPEC.yaml:10: field "systems[2]": must be a mapping, not text. '
        "For example systems: [{name: minilm-384, embedding_model: minilm}]",
        'SPEC.yaml:12: field "raters[0].kind": "hostd" is not one of hosted, local-llm, cross-encoder, '
        'calibrated, panel, gold. Did you mean "hosted"?',
        'SPEC.yaml:12: field "raters[0].max_document_tokens": must be at least 1. '
        "For example max_document_tokens: 512",
        'SPEC.yaml:13: field "raters[1].name": "judge" is already the name of raters[0]. '
        "Give each its own name.",
        'SPEC.yaml:13: field "raters[1].prompt": must be text, not 2. Put it in quotes.',
        'SPEC.yaml:14: field "cutoff": must be at most 1000. For example cutoff: 10',
        'SPEC.yaml:15: field "depth": must be a whole number, not true or false. For example depth: 100',
        'SPEC.yaml:16: field "weights": unknown weighting "log3"; offered are log2, reciprocal, geometric:P, '
        'linear, uniform. Did you mean "log2"?',
        'SPEC.yaml:17: field "budget.cost_usd": must be at least 0. For example cost_usd: 5.0',
        'SPEC.yaml:19: field "gate[0].measure": unknown measure "PWA@10"; offered are PWAS@k, nDCG@k, '
        'recall@k, RR@k, AP@k, P@k, judged@k. Did you mean "PWAS"?',
        'SPEC.yaml:19: field "gate[0].minimum": must be at most 1. For example minimum: 0.60',
        'SPEC.yaml:19: field "gate[0].system": no system is named "minilm-38". Did you mean "minilm-384"?',
        'SPEC.yaml:20: field "gate[1]": neither minimum nor baseline. '
        "Give each rule one of the two, and write two rules for both.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "SPEC.yaml: empty. Begin with the name, corpus, queries and systems of a campaign."),
        (
            "# only a comment\n",
            "SPEC.yaml: empty. Begin with the name, corpus, queries and systems of a campaign.",
        ),
        (
            "- name: x\n",
            "SPEC.yaml: not a mapping of keys to values. "
            "Begin with the name, corpus, queries and systems of a campaign.",
        ),
        (
            "name: x\ncorpus: {name: c\n",
            "SPEC.yaml:3: not YAML (expected ',' or '}', but got '<stream end>'). "
            "Check the indentation, colons and quotes.",
        ),
        (b"name: caf\xe9\n", "SPEC.yaml:1: not UTF-8. Save the file as UTF-8."),
        (
            "name: a\x07b\n",
            "SPEC.yaml: not YAML (special characters are not allowed). Remove control characters.",
        ),
        (b"#" * (2**18 + 1), "SPEC.yaml: larger than 262,144 bytes. Check that this is the spec."),
    ],
)
def test_text_that_is_no_spec_is_refused(folder: Path, text: str | bytes, said: str) -> None:
    assert problems(folder, text) == [said]


def test_a_spec_that_does_not_exist_is_named(folder: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load_spec(folder / "other.yaml")
    (problem,) = caught.value.errors
    assert problem.to_dict() == {
        "file": f"{folder}/other.yaml",
        "line": None,
        "field": None,
        "problem": "cannot be read (No such file or directory)",
        "remedy": "Check the path.",
    }


def test_a_byte_order_mark_is_tolerated(folder: Path) -> None:
    assert load(folder, b"\xef\xbb\xbf" + SMALLEST.encode()).name == "small"
