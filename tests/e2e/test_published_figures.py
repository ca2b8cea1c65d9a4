"""SciFact with MiniLM through `evalhub run` reproduces what the embeddings benchmark published."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Home

pytestmark = pytest.mark.slow

NDCG_AT_10 = 0.64508
RECALL_AT_100 = 0.92500


def test_scifact_ndcg_and_recall_to_4_decimals(
    make_home: Callable[[str], Home], evalhub_data: Path, tmp_path: Path
) -> None:
    spec = tmp_path / "scifact.yaml"
    folder = evalhub_data / "scifact"
    body = {
        "name": "scifact",
        "corpus": {"name": "scifact", "path": str(folder)},
        "queries": {
            "name": "scifact-test",
            "path": str(folder / "queries.jsonl"),
            "qrels": str(folder / "qrels/test.tsv"),
        },
        "systems": [
            {"name": "minilm", "embedding_model": "minilm", "index": {"kind": "exact", "dtype": "f32"}}
        ],
        "raters": [{"name": "gold", "kind": "gold"}],
        "cutoff": 10,
        "depth": 100,
    }
    spec.write_text(json.dumps(body))
    home = make_home("scifact")
    home.run("run", spec)
    gold = home.results()["systems"][0]["gold_measures"]
    assert gold["nDCG@10"]["value"] == pytest.approx(NDCG_AT_10, abs=5e-5)
    assert gold["recall@100"]["value"] == pytest.approx(RECALL_AT_100, abs=5e-5)
