"""The gold measures against the expected output in trec_eval's own test data."""

from collections import defaultdict
from pathlib import Path

import pytest

from evalhub.core.gold import gold_values

FAMILIES = {"ndcg_cut": "nDCG", "recall": "recall", "map_cut": "AP", "P": "P"}
CUTOFFS = (5, 10, 15, 20, 30, 100, 200, 500, 1000)


@pytest.fixture
def reference(evalhub_data: Path) -> Path:
    return evalhub_data / "research-only" / "trec_eval-reference"


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = defaultdict(dict)
    for line in path.read_text().splitlines():
        query_id, _, doc_id, grade = line.split()
        qrels[query_id][doc_id] = int(grade)
    return qrels


def _ranking(path: Path) -> dict[str, list[str]]:
    scored: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for line in path.read_text().splitlines():
        query_id, _, doc_id, _, score, _ = line.split()
        scored[query_id].append((float(score), doc_id))
    # trec_eval's own order: by score, ties by the later document id first
    return {
        query_id: [doc_id for _, doc_id in sorted(hits, reverse=True)] for query_id, hits in scored.items()
    }


def _expected(path: Path) -> dict[str, dict[str, float]]:
    ours = {f"{theirs}_{k}": f"{family}@{k}" for theirs, family in FAMILIES.items() for k in CUTOFFS}
    ours["recip_rank"] = "RR@1000"
    expected: dict[str, dict[str, float]] = defaultdict(dict)
    for line in path.read_text().splitlines():
        name, query_id, value = line.split()
        if name in ours and query_id != "all":
            expected[ours[name]][query_id] = float(value)
    return expected


@pytest.mark.parametrize(
    ("qrels", "output", "relevant_from"),
    [("qrels.test", "out.test.aq", 1), ("qrels.rel_level", "out.test.aql", 2)],
)
def test_trec_eval_is_reproduced(reference: Path, qrels: str, output: str, relevant_from: int) -> None:
    expected = _expected(reference / output)

    values = gold_values(
        list(expected),
        _qrels(reference / qrels),
        _ranking(reference / "results.test"),
        relevant_from=relevant_from,
    )

    assert len(expected) == len(FAMILIES) * len(CUTOFFS) + 1
    for measure, by_query in expected.items():
        # Printed to 4 decimals
        assert values[measure] == pytest.approx(by_query, abs=0.5001e-4), measure
