"""Lines of the TREC formats: runs (6 columns) and qrels (4 columns)."""

import math
import re
from dataclasses import dataclass

RUN_COLUMNS = ("query", "Q0", "document", "rank", "score", "tag")
QRELS_COLUMNS = ("query", "iteration", "document", "grade")

# ASCII blanks only: an id may hold any other character, a no-break space included.
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}(\.0*)?")


class TrecLineError(ValueError):
    """A line that is not in the format, or an id that the format cannot hold."""

    def __init__(self, field: str | None, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}. {remedy}")
        self.field = field
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class RunLine:
    """One hit of a run; the rank is as written, whatever it counts from."""

    query_id: str
    doc_id: str
    rank: int
    score: float
    tag: str


@dataclass(frozen=True, slots=True)
class QrelsLine:
    """One judged pair; trec_eval writes -1 for pooled but unjudged pairs, TREC's web tracks -2 for junk."""

    query_id: str
    doc_id: str
    grade: int


def parse_run_line(line: str) -> RunLine:
    """Read `query Q0 document rank score tag`; the second column is not looked at.

    Raises:
        TrecLineError: another number of columns, or a rank or score that is no number.
    """
    query_id, _, doc_id, rank, score, tag = _split(line, RUN_COLUMNS)
    return RunLine(query_id, doc_id, _whole(rank, "rank"), _finite(score), tag)


def format_run_line(query_id: str, doc_id: str, rank: int, score: float, tag: str) -> str:
    """Write a hit, without a line break; blanks in the tag become "-".

    Raises:
        TrecLineError: an id holds a blank, which the format cannot express.
    """
    word = "-".join(tag.split()) or "-"
    return f"{_word(query_id, 'query')} Q0 {_word(doc_id, 'document')} {rank} {score!r} {word}"


def parse_qrels_line(line: str) -> QrelsLine:
    """Read `query iteration document grade`; the second column is not looked at.

    Raises:
        TrecLineError: another number of columns, or a grade that is no whole number.
    """
    query_id, _, doc_id, grade = _split(line, QRELS_COLUMNS)
    return QrelsLine(query_id, doc_id, _whole(grade, "grade"))


def format_qrels_line(query_id: str, doc_id: str, grade: int) -> str:
    """Write a judged pair, without a line break.

    Raises:
        TrecLineError: an id holds a blank, which the format cannot express.
    """
    return f"{_word(query_id, 'query')} 0 {_word(doc_id, 'document')} {grade}"


def _split(line: str, columns: tuple[str, ...]) -> list[str]:
    cells = [cell for cell in _BLANKS.split(line) if cell]
    if len(cells) != len(columns):
        raise TrecLineError(
            None,
            f"{len(cells)} columns where TREC has {len(columns)}",
            f"Write {' '.join(columns)}, parted by blanks or tabs.",
        )
    return cells


def _whole(cell: str, field: str) -> int:
    if not _WHOLE.fullmatch(cell):
        raise TrecLineError(
            field, f"not a whole number ({cell!r:.40})", "Use whole numbers such as 0, 1, 2, 3."
        )
    return int(cell.partition(".")[0])


def _finite(cell: str) -> float:
    try:
        score = float(cell)
    except ValueError:
        score = math.nan
    if not math.isfinite(score) or "_" in cell:
        raise TrecLineError("score", f"not a finite number ({cell!r:.40})", "Write a number such as 12.5.")
    return score


def _word(text: str, field: str) -> str:
    if not text or _BLANKS.search(text):
        raise TrecLineError(
            field, f"an id with blanks ({text!r:.40}), which TREC files cannot hold", "Use JSONL or CSV."
        )
    return text
