"""Each bad input ends with exit code 2, a message with file, line, field and remedy, and no row written."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from tests.cli.conftest import Ended

Evalhub = Callable[..., Ended]
Break = Callable[[Path], None]


def n_rows() -> int:
    """Rows of all tables but the workspace that every command makes sure of."""
    models = [m for m in apps.get_app_config("evalhub").get_models() if m.__name__ != "Workspace"]
    return sum(model._default_manager.count() for model in models)


def rewrite(name: str, text: str | bytes) -> Break:
    def breaking(folder: Path) -> None:
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    return breaking


def bomb(folder: Path) -> None:
    rows = (json.dumps({"_id": str(n), "text": "x" * 4096}) for n in range(20_000))
    with zipfile.ZipFile(folder / "corpus.jsonl", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("corpus.jsonl", "\n".join(rows))


GOOD = '{"_id": "d1", "text": "one"}\n'
CORPUS_CASES = {
    "not UTF-8": (
        rewrite("corpus.jsonl", GOOD.encode() + b'{"_id": "d2", "text": "caf\xe9"}\n'),
        ":2:",
        "UTF-8",
    ),
    "broken JSON": (rewrite("corpus.jsonl", GOOD + '{"_id": "d2", "text": \n'), ":2:", "JSON"),
    "missing id": (rewrite("corpus.jsonl", GOOD + '{"text": "two"}\n'), ':2: field "_id"', "missing"),
    "duplicate id": (rewrite("corpus.jsonl", GOOD + GOOD), ':2: field "_id"', "line 1"),
    "empty text": (
        rewrite("corpus.jsonl", GOOD + '{"_id": "d2", "text": ""}\n'),
        ':2: field "text"',
        "empty",
    ),
    "document of 5 MB": (
        rewrite("corpus.jsonl", json.dumps({"_id": "d1", "text": "x" * 5_000_000})),
        ':1: field "text"',
        "Split it into passages",
    ),
    "wrong columns": (rewrite("corpus.csv", "sku,body\n1,one\n"), "corpus.csv:1:", "found: sku, body"),
    "broken zip": (rewrite("corpus.jsonl", b"PK\x03\x04 and then nothing"), "corpus.jsonl", "zip"),
    "zip bomb": (bomb, "corpus.jsonl", "max_ratio"),
}


@pytest.mark.parametrize("case", CORPUS_CASES)
def test_a_bad_corpus(case: str, evalhub: Evalhub, sample: Path) -> None:
    breaking, place, said = CORPUS_CASES[case]
    breaking(sample)
    name = "corpus.csv" if case == "wrong columns" else "corpus.jsonl"
    ended = evalhub("corpus", "add", "c", sample / name)
    assert ended.code == 2
    assert place in ended.err
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert n_rows() == 0


SPEC_CASES = {
    "empty query set": (rewrite("queries.jsonl", ""), "queries.jsonl", "no queries"),
    "query without text": (
        rewrite("queries.jsonl", '{"_id": "q0", "text": " "}\n'),
        ':1: field "text"',
        "empty",
    ),
    "qrels with unknown query": (
        rewrite("qrels.tsv", "query-id\tcorpus-id\tscore\nq9\td1\t2\n"),
        'qrels.tsv:2: field "query_id"',
        '"q9" is not in the query collection "q"',
    ),
    "qrels with unknown document": (
        rewrite("qrels.tsv", "query-id\tcorpus-id\tscore\nq0\td99\t2\n"),
        'qrels.tsv:2: field "doc_id"',
        '"d99" is not in the corpus "c"',
    ),
    "run with duplicate ranks": (
        rewrite("run.trec", "q0 Q0 d1 1 0.9 x\nq0 Q0 d2 1 0.8 x\n"),
        "run.trec:2:",
        "rank",
    ),
    "run with an unknown document": (
        rewrite("run.trec", "q0 Q0 d99 1 0.9 x\n"),
        'run.trec:1: field "doc_id"',
        '"d99" is not in the corpus "c"',
    ),
}


@pytest.mark.parametrize("case", SPEC_CASES)
def test_a_bad_file_of_a_spec(case: str, evalhub: Evalhub, sample: Path) -> None:
    breaking, place, said = SPEC_CASES[case]
    breaking(sample)
    ended = evalhub("run", sample / "spec.yaml")
    assert ended.code == 2
    assert place in ended.err
    assert said in ended.err
    assert n_rows() == 0


def test_bad_qrels_leave_the_queries_out(evalhub: Evalhub, sample: Path) -> None:
    rewrite("qrels.tsv", "query-id\tcorpus-id\tscore\nq9\td1\t2\n")(sample)
    ended = evalhub("queries", "add", "q", sample / "queries.jsonl", "--qrels", sample / "qrels.tsv")
    assert ended.code == 2
    assert "qrels.tsv:2:" in ended.err
    assert n_rows() == 0


EDITS = {
    "K larger than the corpus": ("cutoff: 10", "cutoff: 50", "cutoff", 'the corpus "c" has 12 documents'),
    "unknown model": ("run: run.trec", "embedding_model: minilmm", "systems[0].embedding_model", 'minilm"'),
    "misspelt key": ("    run:", "    rum:", 'field "systems[0].rum"', '"run"'),
    "no such file": ("path: corpus.jsonl", "path: corpse.jsonl", "corpse.jsonl", "no such file"),
    "not YAML": ("name: sample", "name: [sample", "spec.yaml", "YAML"),
}


@pytest.mark.parametrize("case", EDITS)
def test_a_bad_spec(case: str, evalhub: Evalhub, sample: Path) -> None:
    before, after, place, said = EDITS[case]
    spec = sample / "spec.yaml"
    spec.write_text(spec.read_text().replace(before, after))
    ended = evalhub("run", spec)
    assert ended.code == 2
    assert place in ended.err
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert n_rows() == 0


def test_what_a_library_refuses_has_its_line_too(evalhub: Evalhub, sample: Path) -> None:
    spec = sample / "spec.yaml"
    spec.write_text(spec.read_text().replace("run: run.trec", "embedding_model: minilmm"))
    assert f'{spec}:6: field "systems[0].embedding_model.model": "minilmm"' in evalhub("run", spec).err


@pytest.mark.parametrize("name", ["", " x", "two\nlines", "a\u202eb", "n" * 101])
@pytest.mark.parametrize("kind", ["corpus", "queries"])
def test_a_name_that_no_spec_could_give(kind: str, name: str, evalhub: Evalhub, sample: Path) -> None:
    ended = evalhub(kind, "add", name, sample / f"{kind}.jsonl")
    assert (ended.code, "Traceback" in ended.err) == (2, False)
    assert "write 1 to 100 printable characters" in ended.err
    assert n_rows() == 0


@pytest.mark.parametrize("name", ["", "../../out", "a/b", "nul\0", "x" * 151])
def test_a_user_name_that_no_file_should_have(name: str, evalhub: Evalhub, tmp_path: Path) -> None:
    ended = evalhub("user", "add", name)
    assert (ended.code, "Traceback" in ended.err) == (2, False)
    assert "user name" in ended.err
    assert not User.objects.exists()


def test_a_missing_spec(evalhub: Evalhub, tmp_path: Path) -> None:
    ended = evalhub("run", tmp_path / "none.yaml")
    assert ended.code == 2
    assert "none.yaml" in ended.err


def test_what_nobody_foresaw_is_not_a_failed_gate(
    evalhub: Evalhub, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("evalhub.spec.load.load_spec", broken)
    ended = evalhub("run", sample / "spec.yaml")
    assert ended.code == 4
    assert "ZeroDivisionError: a bug" in ended.err
