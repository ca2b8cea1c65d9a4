"""Labelled collections as the calibrated rater is trained and tested on them.

Grades are mapped openly to 0..3: Cranfield's 4 counts as 3 (1..3 stay), SciFact's 1 as 3, the others are 0..3
already. Collections whose qrels hold only positives get assumed zeros; see `benchmarks.calibrated.pools`.
"""

import gzip
import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_GRADE = 3
TRAIN_QUERIES = 250  # of each rule-made set; drawn at random
TREC_PAIRS_PER_QUERY = 60  # of some 215, drawn at random: the time of the slower raters


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Attributes:
    is_assumed: nobody judged it; it was retrieved and is taken for 0.
    """

    query_id: str
    doc_id: str
    grade: int
    is_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents by id as (title, text), queries by id, and what was judged."""

    name: str
    documents: dict[str, tuple[str, str]]
    queries: dict[str, str]
    pairs: list[LabelledPair]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a collection lies under EVALHUB_DATA and how its grades become 0..3."""

    folder: str
    qrels: str
    corpus: str = ""
    to_grade: Callable[[int], int] = lambda score: score


SOURCES = {
    "chorus-electronics": Source("chorus-electronics", "dev"),
    "liveqa-medquad": Source("liveqa-medquad", "test"),
    "cranfield": Source("cranfield", "test", to_grade=lambda score: min(score, MAX_GRADE)),
    "scifact": Source("scifact", "test", to_grade=lambda score: MAX_GRADE),
    "trec-dl19-passage-judged": Source("research-only/trec-dl19-passage-judged", "test"),
}
# Gold that may be redistributed; of LiveQA only the NIH subset.
GOLD = ("chorus-electronics", "liveqa-medquad", "scifact")
# Their positives are pairs that people made; everything else in them is a rule or assumed.
# Not medquad-en, where LiveQA's answers come from, nor pubmedqa-en, whose abstracts are their publishers'.
TRAIN_SETS = ("squad-fragments-en", "fever-fragment-en", "tldr-commands")


def load_collection(name: str) -> Collection:
    """Read a collection of EVALHUB_DATA by its name in SOURCES, or a set of EVALHUB_TRAIN."""
    return _load_gold(name, SOURCES[name]) if name in SOURCES else _load_train_set(name)


def nih_pairs() -> set[tuple[str, str]]:
    """The LiveQA pairs whose documents may be redistributed."""
    path = _root("EVALHUB_DATA") / "liveqa-medquad" / "qrels" / "test_nih_only.tsv"
    return {(query, document) for query, document, _ in _qrels(path)}


def unexplained_pairs(name: str) -> set[tuple[str, str]]:
    """Pairs of Cranfield with code -1, whose meaning nobody knows: neither gold nor an assumed zero."""
    if name != "cranfield":
        return set()
    path = _root("EVALHUB_DATA") / "cranfield" / "qrels" / "code_minus1.tsv"
    return {(query, document) for query, document, _ in _qrels(path)}


def load_demo(folder: Path) -> Collection:
    """Read what demo/build_corpus.py wrote."""
    documents = {
        row["_id"]: (row["title"], row["text"]) for row in map(json.loads, (folder / "corpus.jsonl").open())
    }
    queries = {row["_id"]: row["text"] for row in map(json.loads, (folder / "queries.jsonl").open())}
    pairs = [LabelledPair(*row) for row in _qrels(folder / "qrels.tsv") if row[1] in documents]
    return Collection("demo", documents, queries, pairs)


def _load_gold(name: str, source: Source) -> Collection:
    folder = _root("EVALHUB_DATA") / source.folder
    documents = {
        row["_id"]: (row.get("title") or "", row.get("text") or "")
        for row in _lines(folder / "corpus.jsonl.gz")
    }
    queries = {row["_id"]: row["text"] for row in map(json.loads, (folder / "queries.jsonl").open())}
    pairs = [
        LabelledPair(query, document, source.to_grade(score))
        for query, document, score in _qrels(folder / "qrels" / f"{source.qrels}.tsv")
        if document in documents and query in queries
    ]
    return Collection(name, documents, queries, _some_of_each(pairs) if name.startswith("trec") else pairs)


def _load_train_set(name: str) -> Collection:
    documents: dict[str, tuple[str, str]] = {}
    queries: dict[str, str] = {}
    pairs: list[LabelledPair] = []
    for row in _lines(_root("EVALHUB_TRAIN") / name / "pairs.jsonl.gz"):
        if row["kind"].startswith("translated"):  # the embedding model reads English
            continue
        documents[row["doc_id"]] = (row["title"], row["text"])
        queries[row["query_id"]] = row["query"]
        pairs.append(LabelledPair(row["query_id"], row["doc_id"], int(row["grade"])))
    answered = sorted({pair.query_id for pair in pairs if pair.grade == MAX_GRADE})
    random.Random(7).shuffle(answered)
    chosen = set(answered[:TRAIN_QUERIES])
    return Collection(name, documents, queries, [pair for pair in pairs if pair.query_id in chosen])


def _some_of_each(pairs: list[LabelledPair]) -> list[LabelledPair]:
    by_query: dict[str, list[LabelledPair]] = {}
    for pair in pairs:
        by_query.setdefault(pair.query_id, []).append(pair)
    rng = random.Random(1)
    return [
        pair for some in by_query.values() for pair in rng.sample(some, min(TREC_PAIRS_PER_QUERY, len(some)))
    ]


def _root(variable: str) -> Path:
    try:
        return Path(os.environ[variable])
    except KeyError:
        raise SystemExit(f"{variable} is not set; name the folder of the test collections in it") from None


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _qrels(path: Path) -> list[tuple[str, str, int]]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [(row[0], row[1], int(row[2])) for row in rows]
