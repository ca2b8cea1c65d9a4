"""An upload as the page shows it before it is used: first rows, columns to choose, what is odd."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from evalhub.dashboard.launch.form import PARTS, FilePart
from evalhub.formats.columns import ColumnMapping
from evalhub.formats.guess import guess_columns, mapping_of
from evalhub.formats.preview import SCHEMAS, Detected, detect
from evalhub.formats.profile import SHORT_DOCUMENT_CHARS, Profile, profile
from evalhub.services.drafts import Draft

SHOWN_COLUMNS = 8
SHOWN_CHARS = 160
OFFERED_COLUMNS = 200
# A name that is longer is text in the wrong place; a page must not hold megabytes of it.
LONGEST_COLUMN = 500
_GUESSED_FROM = 50

LABELS = {
    "doc_id": ("Document id", "Names the document; never twice."),
    "query_id": ("Query id", "Names the query; never twice."),
    "title": ("Title", "Read before the text; may be left out."),
    "text": ("Text", "What is searched, or asked."),
    "need": ("Information need", "What would satisfy the query, in words; raters see it."),
    "tags": ("Tags", "Groups of queries to score apart, separated by commas."),
    "grade": ("Grade", "0 for not relevant; more is better."),
    "rank": ("Rank", "From 1, the best first."),
    "score": ("Score", "Of the search engine; falls with the rank."),
}
WORDS = {"corpus": "documents", "queries": "queries", "gold": "grades", "run": "hits"}
FORMATS = {"jsonl": "JSON Lines", "csv": "CSV", "tsv": "TSV", "parquet": "Parquet", "trec": "TREC"}
PACKED = {"gzip": ", gzip", "zstd": ", zstd", "zip": ", in a zip archive", "none": ""}


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Which column is one of our fields; `column` "" for none."""

    field: str
    label: str
    help: str
    column: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """An upload that can be read, whether or not the import would take it.

    Attributes:
        rows: first cells of the first rows, cut short.
        columns: what can be chosen from.
        mapping: what the import is told.
    """

    part: str
    draft: Draft
    name: str
    detected: Detected
    shown: Sequence[str]
    rows: Sequence[Sequence[str]]
    columns: Sequence[str]
    choices: Sequence[ColumnChoice]
    mapping: ColumnMapping | None
    profile: Profile

    @property
    def format(self) -> str:
        """What the file is."""
        return FORMATS[self.detected.format] + PACKED[self.detected.compression]

    @property
    def n_hidden(self) -> int:
        """Columns that are not in the table."""
        return len(self.detected.columns) - len(self.shown)

    @property
    def word(self) -> str:
        """What a row is."""
        return WORDS[self.part]

    @property
    def to_choose(self) -> str:
        """What is to be done before it can be used, "" where every column that is needed is chosen."""
        needed = [choice.label.lower() for choice in self.choices if choice.is_required and not choice.column]
        if not needed:
            return ""
        which = " and the ".join(needed)
        return f"Choose which column is the {which}. Where the file has none, add one and upload it again."

    @property
    def warnings(self) -> list[str]:
        """What is odd, a sentence each."""
        return list(_warnings(self.part, self.profile))


def preview(part: str, draft: Draft, file: FilePart) -> Preview:
    """Look into an upload.

    Raises:
        InputError: it can not be read at all.
    """
    role = PARTS[part]
    detected = detect(draft.source, role, n_rows=_GUESSED_FROM)
    schema = SCHEMAS[role]
    columns = [name for name in detected.columns if len(name) <= LONGEST_COLUMN]
    chosen = _chosen(part, detected, columns, file)
    # Runs are read again when they are retrieved from, by their own names of columns.
    is_mapped = detected.format != "trec" and part != "run"
    mapping = mapping_of(schema, detected.columns, chosen) if is_mapped else None
    order = dict.fromkeys([*(chosen.values() if is_mapped else ()), *detected.columns])
    shown = list(order)[:SHOWN_COLUMNS]
    return Preview(
        part=part,
        draft=draft,
        name=file.name or name_of(draft.source.name),
        detected=detected,
        shown=[_cell(name) for name in shown],
        rows=[[_cell(row.get(name)) for name in shown] for row in detected.rows[:5]],
        columns=columns[:OFFERED_COLUMNS],
        choices=_choices(part, chosen) if is_mapped else [],
        mapping=mapping,
        profile=profile(draft.source, role, columns=mapping),
    )


def name_of(file: str) -> str:
    """A file's name without its endings and what can not be in a name."""
    stem = PurePosixPath(file).name.split(".")[0]
    kept = " ".join("".join(letter if letter.isprintable() else " " for letter in stem).split())
    return kept[:100].strip() or "upload"


def _chosen(part: str, detected: Detected, columns: Sequence[str], file: FilePart) -> dict[str, str]:
    if file.columns is None:
        return guess_columns(SCHEMAS[PARTS[part]], columns, detected.rows)
    known = SCHEMAS[PARTS[part]].names
    return {field: name for field, name in file.columns.items() if name and field in known}


def _choices(part: str, chosen: Mapping[str, str]) -> list[ColumnChoice]:
    schema = SCHEMAS[PARTS[part]]
    return [
        ColumnChoice(field, *LABELS[field], chosen.get(field, ""), field in schema.required)
        for field in schema.names
        if field in LABELS
    ]


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"


def _warnings(part: str, found: Profile) -> Iterator[str]:
    of = f"of the {'' if found.is_whole else 'first '}{found.n_rows:,} {WORDS[part]}"
    if found.n_empty:
        yield f"{found.n_empty:,} {of} have neither title nor text: nothing can find them."
    if found.n_short:
        yield f"{found.n_short:,} {of} are shorter than {SHORT_DOCUMENT_CHARS} characters."
    if found.n_repeated:
        yield f"{found.n_repeated:,} {of} have the same text as one before them."
    if part == "queries" and found.is_whole and found.n_rows < 20:
        yield f"{found.n_rows} queries tell apart only systems that differ much; 50 or more are better."
    if part == "gold" and found.is_whole and found.n_rows and not any(found.grades):
        yield "Every grade is 0: measures on gold labels need a document with more."
