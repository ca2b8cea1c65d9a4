"""Examples out of gold: of training queries only, balanced, always the same, and recorded as learnt."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from evalhub.core.digest import text_digest
from evalhub.core.split import part_of
from evalhub.core.trained_on import digests_of_query, trained_on
from evalhub.formats.source import Source
from evalhub.models import Judgment, QueryCollection, RaterVersion, Snapshot, Workspace
from evalhub.selectors.rater_report import Asked, rater_report
from evalhub.services.gold import gold_import
from evalhub.services.queries import queries_import
from evalhub.services.raters import rater_check, rater_version_register
from evalhub.services.snapshots import snapshot_import
from raters.few_shot import DOCUMENT_CHARS
from raters.fields import UnableToResolveRater
from raters.spec import RaterSpec
from tests.raters.test_rubric import PROMPT
from tests.services.conftest import Write

N_QUERIES, G = 30, 3
HOSTED = {"name": "judge", "kind": "hosted", "model": "m"}
Check = Callable[..., RaterSpec]


@pytest.fixture
def snapshot(workspace: Workspace, jsonl: Write) -> Snapshot:
    """A document of each grade for each query; those of grade 3 are long, q0's have no text."""
    rows = [
        {"_id": f"d{q}-{grade}", "title": f"title {q}", "text": _text(q, grade)}
        for q in range(N_QUERIES)
        for grade in range(G + 1)
    ]
    made = snapshot_import(workspace, "c", jsonl("corpus.jsonl", *rows), clock=timezone.now)
    made.corpus.documents.filter(doc_id__startswith="d0-").update(title="", text=" ")
    return made


def _text(query: int, grade: int) -> str:
    return f"document {query} {grade}. " + ("More and more. " * 200 if grade == G else "")


@pytest.fixture
def collection(workspace: Workspace, snapshot: Snapshot, jsonl: Write, tmp_path: Path) -> QueryCollection:
    rows = [{"_id": f"q{n}", "text": f"question {n}", "need": "an answer"} for n in range(N_QUERIES)]
    made = queries_import(workspace, "labelled", jsonl("queries.jsonl", *rows))
    return gold_import(made, gold(tmp_path, range(N_QUERIES), range(G + 1)))


def gold(folder: Path, queries: Any, grades: Any) -> Source:
    path = folder / "qrels.txt"
    path.write_text("".join(f"q{q} 0 d{q}-{grade} {grade}\n" for q in queries for grade in grades))
    return Source(path.name, path)


@pytest.fixture
def check(workspace: Workspace, collection: QueryCollection) -> Check:
    def resolve(prompt: str = "graded-relevance", **examples: Any) -> RaterSpec:
        asked = {"examples": {"queries": "labelled", **examples}} if examples else {}
        return rater_check(workspace, {**HOSTED, "prompt": prompt, **asked})

    return resolve


def pairs(spec: RaterSpec) -> list[tuple[str, str, int]]:
    chosen: Any = spec.training["examples"]
    return [(query_id, doc_id, grade) for query_id, doc_id, grade in chosen["pairs"]]


@pytest.mark.parametrize("per_grade", [1, 3])
@pytest.mark.parametrize("seed", [0, 7])
def test_balanced_and_of_training_queries_only(check: Check, per_grade: int, seed: int) -> None:
    spec = check(per_grade=per_grade, seed=seed)
    examples = spec.rubric.examples
    grades = [one.grade for one in examples]
    assert sorted(grades) == [grade for grade in range(G + 1) for _ in range(per_grade)]
    assert len({one.query for one in examples}) == len(examples)  # there are enough queries
    assert {part_of(one.query, seed=seed) for one in examples} == {"train"}
    # Every one is the pair that people labelled so.
    assert all(doc_id == f"d{query_id[1:]}-{grade}" for query_id, doc_id, grade in pairs(spec))
    assert all(one.text.startswith(f"document {one.query.split()[1]} {one.grade}.") for one in examples)
    assert {one.need for one in examples} == {"an answer"}
    assert max(len(one.title) + len(one.text) for one in examples) <= DOCUMENT_CHARS
    assert "q0" not in {query_id for query_id, _, _ in pairs(spec)}  # its documents are empty


def test_always_the_same_and_another_seed_another_choice(check: Check) -> None:
    assert check(seed=0).digest == check(seed=0).digest
    chosen = {tuple(pairs(check(seed=seed))) for seed in range(5)}
    assert len(chosen) == 5
    assert len({check(seed=seed).digest for seed in range(5)} | {check().digest}) == 6


def test_labels_of_held_out_queries_change_nothing(check: Check, collection: QueryCollection) -> None:
    before = check(per_grade=5)
    for n in range(N_QUERIES):
        if part_of(f"question {n}", seed=0) != "train":
            collection.gold_labels.filter(query_id=f"q{n}").update(grade=2)
    assert collection.gold_labels.filter(doc_id__endswith="-0", grade=2).exists()
    assert check(per_grade=5).digest == before.digest


def test_queries_are_recorded_as_learnt(check: Check) -> None:
    spec = check(per_grade=2)
    texts = {f"question {query_id[1:]}" for query_id, _, _ in pairs(spec)}
    learnt = trained_on(spec.to_dict())
    assert all(learnt & digests_of_query(text, "an answer") for text in texts)
    others = {f"question {n}" for n in range(N_QUERIES)} - texts
    assert not any(learnt & digests_of_query(text, "an answer") for text in others)
    assert RaterSpec.from_dict(json.loads(json.dumps(spec.to_dict()))).digest == spec.digest


def test_agreement_leaves_them_out(
    workspace: Workspace, collection: QueryCollection, snapshot: Snapshot
) -> None:
    described = {**HOSTED, "examples": {"queries": "labelled"}}
    version = rater_version_register(workspace, described, collection, snapshot)
    documents = {row.doc_id: row.digest for row in snapshot.corpus.documents.all()}
    Judgment.objects.bulk_create(
        Judgment(
            rater_version=version,
            query_digest=query.digest,
            document_digest=documents[f"d{query.query_id[1:]}-1"],
            state="graded",
            grade=1,
            gain=1 / 3,
        )
        for query in collection.queries.all()
    )
    report = rater_report(Asked(version, collection, snapshot))
    assert report["excluded"] == {"queries": 4, "pairs": 16}
    assert report["n_queries"] == N_QUERIES - 4


def test_examples_of_a_prompt_file_are_recorded_too(check: Check, tmp_path: Path) -> None:
    example = 'example: {"query": "Question  5", "text": "t", "grade": 1}'
    path = tmp_path / "own.txt"
    path.write_text(PROMPT.replace("---", f"{example}\n---"))
    learnt = trained_on(check(str(path)).to_dict())
    assert learnt & digests_of_query("question 5", "an answer")
    assert not check().training


def test_examples_make_a_version_of_their_own(
    workspace: Workspace, collection: QueryCollection, snapshot: Snapshot
) -> None:
    def register(**fields: Any) -> RaterVersion:
        return rater_version_register(workspace, {**HOSTED, **fields}, collection, snapshot)

    bare, taught = register(), register(examples={"queries": "labelled"})
    assert (bare.number, taught.number) == (1, 2)
    assert register(examples={"queries": "labelled", "per_grade": 1, "seed": 0}) == taught
    assert register() == bare
    # A version can be named, whatever labels are added.
    assert rater_check(workspace, {"name": "judge@1"}).digest == bare.digest
    assert rater_check(workspace, {"name": "judge"}).digest == taught.digest


@pytest.mark.parametrize(
    ("prompt", "examples", "said"),
    [
        ("graded-relevance", {"queries": "x"}, 'examples.queries: no query collection "x" has been imported'),
        ("graded-relevance", {"corpus": "x"}, 'examples.corpus: no corpus "x"; there are: c'),
        ("binary-relevance", {"seed": 0}, 'examples: the gold labels of "labelled" go up to 3, the grades'),
        (
            "graded-relevance",
            {"per_grade": 40},
            "of 40 labels of grade 0 (irrelevant) are there among the tr",
        ),
    ],
)
def test_what_can_not_be_shown(check: Check, prompt: str, examples: dict[str, Any], said: str) -> None:
    with pytest.raises(UnableToResolveRater) as caught:
        check(prompt, **examples)
    assert said in str(caught.value)


def test_a_grade_that_nobody_gave(check: Check, collection: QueryCollection, tmp_path: Path) -> None:
    collection.gold_labels.filter(grade=2).delete()
    with pytest.raises(UnableToResolveRater, match=r"0 of 1 labels of grade 2 \(useful\)"):
        check(seed=0)
    collection.gold_labels.all().delete()
    with pytest.raises(UnableToResolveRater, match='"labelled" has no gold labels'):
        check(seed=0)


def test_few_queries_are_used_more_than_once(check: Check, collection: QueryCollection) -> None:
    kept = next(n for n in range(1, N_QUERIES) if part_of(f"question {n}", seed=0) == "train")
    collection.gold_labels.exclude(query_id=f"q{kept}").delete()
    spec = check(seed=0)
    assert {query_id for query_id, _, _ in pairs(spec)} == {f"q{kept}"}
    assert spec.training["query_digests"] == [
        next(iter(trained_on({"training": {"query_digests": [text_digest(f"question {kept}")]}})))
    ]
