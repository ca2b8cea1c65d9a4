"""Real collections: the counts of documents, queries and grades that their READMEs state."""

from collections import Counter
from pathlib import Path

import pytest

from evalhub.formats.documents import read_documents
from evalhub.formats.errors import InputError
from evalhub.formats.grades import read_grades
from evalhub.formats.queries import read_queries
from evalhub.formats.runs import read_runs
from evalhub.formats.source import Source

CORPORA = {
    "chorus-electronics": (19_406, 91),
    "chorus-electronics-small": (3_000, 40),
    "cranfield": (1_400, 225),
    "liveqa-medquad": (17_403, 104),
    "research-only/csfcube": (4_205, 50),
    "research-only/trec-dl19-passage-judged": (9_139, 43),
    "scifact": (5_183, 300),
    # Merged questions leave 1,181 to 1,187 in each language.
    "xquad-r/de": (240, 1_182),
    "xquad-r/en": (240, 1_187),
    "xquad-r/es": (240, 1_185),
    "xquad-r/zh": (240, 1_181),
}
GRADES = {
    "chorus-electronics/qrels/dev.tsv": {0: 1_228, 1: 138, 2: 86, 3: 1_068},
    "chorus-electronics-small/qrels/dev.tsv": {0: 466, 1: 101, 2: 65, 3: 616},
    "cranfield/qrels/test.tsv": {4: 128, 3: 387, 2: 734, 1: 363},
    "cranfield/qrels/binary_all.tsv": {1: 1_837},
    "liveqa-medquad/qrels/test.tsv": {0: 1_432, 1: 602, 2: 187, 3: 90},
    "liveqa-medquad/qrels/test_nih_only.tsv": {0: 306, 1: 115, 2: 64, 3: 28},
    "multirater-llmjudge/qrels/test.tsv": {0: 2_005, 1: 1_233, 2: 808, 3: 377},
    "research-only/csfcube/qrels/test.tsv": {0: 4_400, 1: 1_348, 2: 412, 3: 84},
    "research-only/trec-dl19-passage-judged/qrels/test.tsv": {0: 5_158, 1: 1_601, 2: 1_804, 3: 697},
    "scifact/qrels/test.tsv": {1: 339},
    "scifact/qrels/train.tsv": {1: 919},
}


@pytest.mark.parametrize("name", CORPORA)
def test_documents_and_queries_of_a_collection(evalhub_data: Path, name: str) -> None:
    source = Source(name, evalhub_data / name)
    doc_ids = {row.doc_id for row in read_documents(source)}
    query_ids = {row.query_id for row in read_queries(source)}
    assert (len(doc_ids), len(query_ids)) == CORPORA[name]


def test_queries_whose_corpus_lies_elsewhere(evalhub_data: Path) -> None:
    source = Source("llmjudge", evalhub_data / "multirater-llmjudge")
    assert len(list(read_queries(source))) == 25
    elsewhere = evalhub_data / "research-only/llmjudge-dl23-text"
    assert len(list(read_documents(Source("text", elsewhere)))) == 4_414


@pytest.mark.parametrize("name", GRADES)
def test_grades_of_a_collection(evalhub_data: Path, name: str) -> None:
    rows = read_grades(Source(name, evalhub_data / name))
    assert Counter(row.grade for row in rows) == GRADES[name]


def test_conflicting_raw_judgments_are_not_taken_for_qrels(evalhub_data: Path) -> None:
    # 168 pairs have two grades in the raw file; its collection settles them in qrels/test.tsv.
    raw = Source("raw.tsv", evalhub_data / "liveqa-medquad/raters/judgments_raw_1to4.tsv")
    with pytest.raises(InputError, match=r"raw\.tsv:\d+: .* have grade \d here and \d on line \d+"):
        list(read_grades(raw, columns={"grade": "grade_1to4"}))


def test_cranfields_unexplained_code_is_refused(evalhub_data: Path) -> None:
    source = Source("code_minus1.tsv", evalhub_data / "cranfield/qrels/code_minus1.tsv")
    with pytest.raises(InputError, match=r'code_minus1\.tsv:2: field "score": a negative grade \(-1\)'):
        list(read_grades(source))


def test_the_files_of_trec_eval(evalhub_data: Path) -> None:
    folder = evalhub_data / "research-only/trec_eval-reference"
    run = list(read_runs(Source("results.test", folder / "results.test")))
    # out.test: num_q 3, num_ret 1500; 500 hits for each query.
    assert Counter(row.query_id for row in run) == {"301": 500, "302": 500, "303": 500}
    assert [row.rank for row in run] == [*range(1, 501)] * 3
    grades = read_grades(Source("qrels.test", folder / "qrels.test"))
    # out.test.aq: 474 relevant documents for query 301.
    assert sum(row.grade for row in grades if row.query_id == "301") == 474
