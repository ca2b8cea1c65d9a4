"""The demo sample: what becomes a document, and that the files shipped beside it fit together."""

import importlib.util
import inspect
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
import yaml

DEMO = Path(__file__).resolve().parents[2] / "demo"
SCRIPT = DEMO / "build_corpus.py"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_corpus", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build_corpus = load_script()
Document = build_corpus.Document


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "not" / "there"
    build_corpus.build(out)
    return Path(out)


@pytest.fixture(scope="module")
def corpus(sample: Path) -> dict[str, dict[str, str]]:
    lines = (sample / "corpus.jsonl").read_text("utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    assert len({document["_id"] for document in documents}) == len(documents)
    return {document["_id"]: document for document in documents}


def read_grades(path: Path) -> list[tuple[str, str, int]]:
    header, *lines = path.read_text("utf-8").splitlines()
    assert header == "query-id\tcorpus-id\tscore"
    return [(query, doc_id, int(grade)) for query, doc_id, grade in (line.split("\t") for line in lines)]


def read_queries() -> list[dict[str, object]]:
    return [json.loads(line) for line in (DEMO / "queries.jsonl").read_text("utf-8").splitlines()]


def test_corpus_holds_thousands_of_documents_sorted_and_with_text(corpus: dict[str, dict[str, str]]) -> None:
    assert len(corpus) > 4000
    assert list(corpus) == sorted(corpus)
    assert all(document["text"].strip() for document in corpus.values())
    assert all(document["title"].startswith(doc_id) for doc_id, document in corpus.items())


def test_title_is_the_signature_without_self(corpus: dict[str, dict[str, str]]) -> None:
    assert corpus["textwrap.dedent"]["title"] == "textwrap.dedent(text)"
    assert corpus["str.lower"]["title"] == "str.lower()"
    assert corpus["textwrap"]["title"] == "textwrap"


@pytest.mark.parametrize(
    ("kept", "dropped"),
    [
        ("asyncio.gather", "asyncio.tasks.gather"),
        ("json.JSONDecoder", "json.decoder.JSONDecoder"),
        ("heapq.heappush", "_heapq.heappush"),
        ("random.randint", "random.Random.randint"),
        ("os.path.join", "posixpath.join"),
        ("OSError", "socket.error"),
        ("int.bit_length", "bool.bit_length"),
        ("dict.update", "collections.OrderedDict.update"),
    ],
)
def test_object_has_one_document_under_its_public_name(
    corpus: dict[str, dict[str, str]], kept: str, dropped: str
) -> None:
    assert kept in corpus
    assert dropped not in corpus


def test_corpus_has_no_object_addresses_boilerplate_or_skipped_modules(
    corpus: dict[str, dict[str, str]],
) -> None:
    assert not [d for d in corpus.values() if " at 0x" in d["title"] + d["text"]]
    assert not [d for d in corpus.values() if d["text"].startswith(("Return repr(", "Initialize self."))]
    assert not {doc_id.partition(".")[0] for doc_id in corpus} & {"antigravity", "test", "tkinter", "imp"}
    assert not [doc_id for doc_id in corpus if doc_id.rpartition(".")[2].startswith("_")]


def test_same_text_is_kept_once_per_method_name_and_under_three_names() -> None:
    # Names a.f and b.A.f share the method name f, so the shorter wins; then a.g and a.h fill the three.
    names = ["b.A.f", "a.h", "a.i", "a.f", "a.g"]
    documents = [Document(name, name, "same") for name in names] + [Document("z", "z", "other")]
    kept = [document.doc_id for document in build_corpus.limited(documents)]
    assert kept == ["z", "a.f", "a.g", "a.h"]


def test_signature_hides_what_differs_between_runs() -> None:
    def example(  # type: ignore[no-untyped-def]
        self, path: str, key=len, *, python=sys.executable, size: int = 3, unset=None
    ):
        raise NotImplementedError

    assert build_corpus.signature(example) == "(path, key=..., *, python=..., size=3, unset=None)"
    assert build_corpus.signature(inspect) == ""


def test_class_text_is_its_own_or_that_of_its_init() -> None:
    class Base:
        """Text of the base."""

    class Silent(Base):
        pass

    class Initialised(Base):
        def __init__(self) -> None:
            """Text of
            the init, drawn <function f at 0x7f00aa>."""

    assert build_corpus.clean_text(Base) == "Text of the base."
    assert build_corpus.clean_text(Silent) == ""
    assert build_corpus.clean_text(Initialised) == "Text of\nthe init, drawn <function f>."


def test_module_that_the_platform_lacks_is_skipped() -> None:
    assert build_corpus.import_quietly("no_such_module_anywhere") is None
    assert build_corpus.import_quietly("json") is json


def test_grades_of_unknown_documents_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grades = "query-id\tcorpus-id\tscore\nq01\tknown\t3\nq01\tgone\t2\nq02\tknown\t0\n"
    (tmp_path / "qrels.tsv").write_text(grades, "utf-8")
    monkeypatch.setattr(build_corpus, "HERE", tmp_path)
    counts = build_corpus.write_qrels({"known"}, tmp_path / "out.tsv")
    assert counts == Counter(kept=2, dropped=1)
    assert read_grades(tmp_path / "out.tsv") == [("q01", "known", 3), ("q02", "known", 0)]


def test_shipped_grades_fit_the_queries_and_nearly_all_fit_this_interpreter(
    sample: Path, corpus: dict[str, dict[str, str]]
) -> None:
    shipped, written = read_grades(DEMO / "qrels.tsv"), read_grades(sample / "qrels.tsv")
    assert len({(query, doc_id) for query, doc_id, _ in shipped}) == len(shipped) > 1200
    assert {grade for *_, grade in shipped} == {0, 1, 2, 3}
    assert {query for query, *_ in shipped} == {query["_id"] for query in read_queries()}
    assert {doc_id for _, doc_id, _ in written} <= corpus.keys()
    assert len(written) > 0.95 * len(shipped)


def test_shipped_queries_are_complete_and_some_have_no_answer() -> None:
    queries = read_queries()
    assert [query["_id"] for query in queries] == [f"q{i:02}" for i in range(1, len(queries) + 1)]
    assert len({query["text"] for query in queries}) == len(queries) >= 60
    assert all(query["need"] and query["tags"] for query in queries)
    unanswerable = {query["_id"] for query in queries if "unanswerable" in str(query["tags"])}
    assert len(unanswerable) == 4
    assert max(grade for query, _, grade in read_grades(DEMO / "qrels.tsv") if query in unanswerable) == 1


def test_spec_names_the_files_beside_it(sample: Path) -> None:
    spec = yaml.safe_load((sample / "spec.yaml").read_text("utf-8"))
    paths = [spec["corpus"]["path"], spec["queries"]["path"], spec["queries"]["qrels"]]
    assert all((sample / path).is_file() for path in paths)
    dimensions = {system["name"]: system["index"]["dimension"] for system in spec["systems"]}
    assert dimensions == {"minilm-384": 384, "minilm-128": 128, "wordllama-256": 256}


def run_script(out: Path, hash_seed: str) -> dict[str, bytes]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, str(SCRIPT), str(out)]
    done = subprocess.run(
        command, cwd=out.parent, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert "grades kept" in done.stdout
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.mark.slow
def test_script_writes_the_same_bytes_whatever_the_hash_seed_and_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    first, second = run_script(tmp_path / "a", "1"), run_script(tmp_path / "elsewhere" / "b", "2")
    assert first.keys() == {"corpus.jsonl", "qrels.tsv", "queries.jsonl", "spec.yaml"}
    assert first == second
