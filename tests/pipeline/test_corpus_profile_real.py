"""A profile of real documents with real tokenizers and real vectors, from the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SPEC = """
name: small
corpus: {{name: cars, path: {folder}/corpus.jsonl}}
queries: {{name: asked, path: {folder}/queries.jsonl}}
systems:
  - {{name: static, embedding_model: wordllama, index: {{kind: exact}}}}
raters: [{{name: default}}]
cutoff: 3
depth: 3
"""
DOCUMENTS = {
    "d1": "The engine of a car burns petrol to turn the wheels and move people along the road.",
    "d2": "The engine of a car burns petrol to turn its wheels and to move people along a road.",
    "d3": "Bread is baked from flour, water, salt and yeast in a hot oven until it is brown.",
    "d4": "Ein Auto verbrennt Benzin im Motor, um die Räder zu drehen und Menschen zu befördern.",
    "d5": "wheels " * 400,
}


def test_the_command_prints_what_was_found(tmp_path: Path) -> None:
    rows = [{"_id": key, "text": text} for key, text in DOCUMENTS.items()]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": "q1", "text": "baked bread"}) + "\n")
    (tmp_path / "spec.yaml").write_text(SPEC.format(folder=tmp_path))
    _evalhub(tmp_path, "run", str(tmp_path / "spec.yaml"))

    said = _evalhub(tmp_path, "corpus", "profile", "cars", "--queries", "asked")
    again = _evalhub(tmp_path, "corpus", "profile", "cars", "--queries", "asked", "--json", "-")

    assert "cars, snapshot 1: 5 documents" in said
    assert "languages of 5 documents: en" in said
    shown = json.loads(again)
    by_name = {part["name"]: part for part in shown["tokens"]}
    # "wheels" is one word piece: 400 of them and two special tokens; 256 are read.
    assert by_name["minilm"]["tokens"]["largest"] == 402
    assert by_name["minilm"]["n_truncated"] == 1
    (similar,) = shown["similar"]
    assert next(pair[1:4:2] for pair in similar["pairs"]) == ["d1", "d2"]
    assert similar["pairs"][0][0] > 0.95
    assert ["de", 1] in shown["texts"]["languages"]
    assert shown["overlap"]["best"]["mean"] == 1.0


def _evalhub(home: Path, *arguments: str) -> str:
    environment = {**os.environ, "EVALHUB_HOME": str(home / "home"), "EVALHUB_THREADS": "1"}
    (home / "home").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "evalhub", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
