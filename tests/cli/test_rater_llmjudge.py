"""The whole way on real data: LLMJudge imported, two of its raters' labels stored, the report printed."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from evalhub.models import Document, Judgment, Query, RaterVersion
from tests.cli.conftest import Ended
from tests.cli.judged import rater_version

BATCH = 500


def stored(name: str, labels: list[dict[str, str]]) -> RaterVersion:
    """A rater of LLMJudge with its labels as judgments."""
    version = rater_version(name, max_grade=3)
    queries = dict(Query.objects.values_list("query_id", "digest"))
    documents = dict(Document.objects.values_list("doc_id", "digest"))
    rows = [
        Judgment(
            rater_version=version,
            query_digest=queries[row["query-id"]],
            document_digest=documents[row["corpus-id"]],
            state="graded",
            grade=int(row[name]),
            gain=int(row[name]) / 3,
        )
        for row in labels
    ]
    Judgment.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return version


def merged(labels: list[dict[str, str]], rater: str) -> tuple[list[int], list[int]]:
    """Gold and rater's grades, pairs of equal text once: the highest label, and the first grade of the rater.

    MS MARCO v2 holds many passages under several ids; to a rater they are one.
    """
    documents = dict(Document.objects.values_list("doc_id", "digest"))
    gold: dict[tuple[str, str], int] = {}
    graded: dict[tuple[str, str], int] = {}
    for row in labels:
        key = (row["query-id"], documents[row["corpus-id"]])
        gold[key] = max(gold.get(key, 0), int(row["human"]))
        graded.setdefault(key, int(row[rater]))
    return list(gold.values()), list(graded.values())


def test_the_report_on_real_labels_is_what_other_libraries_say(
    evalhub: Callable[..., Ended], evalhub_data: Path, tmp_path: Path
) -> None:
    folder = evalhub_data / "multirater-llmjudge"
    with (folder / "raters/labels.csv").open(newline="") as lines:
        labels = list(csv.DictReader(lines))
    assert evalhub("corpus", "add", "dl23", evalhub_data / "research-only/llmjudge-dl23-text").code == 0
    qrels = folder / "qrels/test.tsv"
    assert evalhub("queries", "add", "llmjudge", folder, "--qrels", qrels).code == 0
    for name in ("willia-umbrela1", "TREMA-nuggets"):
        stored(name, labels)
    ended = evalhub(
        *("rater", "evaluate", "willia-umbrela1", "--queries", "llmjudge"),
        *("--compare", "TREMA-nuggets", "--json", tmp_path / "report.json"),
    )
    assert ended.code == 0, ended.err
    report = json.loads((tmp_path / "report.json").read_text())
    found = {name: row["value"] for name, row in report["figures"].items()}
    gold, graded = merged(labels, "willia-umbrela1")
    assert (report["n_pairs"], report["n_queries"]) == (len(gold), 25) == (3_918, 25)
    assert found["kappa"] == pytest.approx(cohen_kappa_score(graded, gold))
    assert found["kappa>=1"] == pytest.approx(
        cohen_kappa_score([grade >= 1 for grade in graded], [grade >= 1 for grade in gold])
    )
    assert found["alpha_ordinal"] == pytest.approx(
        krippendorff.alpha(np.array([graded, gold]), level_of_measurement="ordinal")
    )
    difference = report["compared"]["differences"]["kappa"]
    theirs = cohen_kappa_score(merged(labels, "TREMA-nuggets")[1], gold)
    assert difference["value"] == pytest.approx(found["kappa"] - theirs)
    # The paper has .2863 and .0604: the interval of the difference excludes 0.
    assert difference["low"] > 0.0
