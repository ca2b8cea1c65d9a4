"""Guessing which column of a file is which field, as a first suggestion for a person to correct."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from evalhub.formats.columns import ColumnMapping, Schema

# What people call these in their own files, the likeliest first; compared in lower case, blanks as "_".
_ALIASES = {
    "doc_id": "document_id product_id item_id article_id page_id sku asin isbn key code url uri link number "
    "no nr",
    "query_id": "question_id topic_id topic qid query_no query_nr search_id key number no nr",
    "title": "name product_name product_title headline heading subject label",
    "text": "body content contents description passage abstract document question search_term search "
    "keywords keyword phrase q summary product_description",
    "need": "information_need intent details",
    "tags": "tag segment category type kind group",
    "grade": "relevance relevant rating label judgment judgement gain stars points mark score",
    "rank": "position pos",
    "score": "similarity",
}


_PAIR = {"query_id", "doc_id"}


def named_columns(schema: Schema, columns: Sequence[str]) -> dict[str, str]:
    """Return our fields that the readers find by themselves, with the column each takes."""
    found = {}
    for field, names in schema.names.items():
        if name := next((name for name in names if name in columns), None):
            found[field] = name
    return found


def guess_columns(
    schema: Schema, columns: Sequence[str], rows: Sequence[Mapping[str, object]]
) -> dict[str, str]:
    """Suggest a column for each of our fields; a field without one is left out.

    First the names that readers accept, then usual ones, and then, for the fields a table must have, what
    the rows look like: an id is short and never twice, a text is the longest, a grade
    is a number of few, and of the two ids of a pair the query's repeats more.
    """
    found = named_columns(schema, columns)
    for field in schema.names:
        if field not in found and (name := _by_alias(field, _free(columns, found), schema)):
            found[field] = name
    for field in reversed(schema.required):  # texts first: what is left over is more likely the id
        free = _free(columns, found)
        if field not in found and free:
            guess = _by_look(field, free, rows, is_pair=set(schema.required) >= _PAIR)
            found |= {field: guess} if guess else {}
    return {field: found[field] for field in schema.names if field in found}


def mapping_of(schema: Schema, columns: Sequence[str], chosen: Mapping[str, str]) -> ColumnMapping | None:
    """Return what readers must be told for a choice of columns, None where they find them by themselves.

    A field that `chosen` leaves out is not to be read, even where a column has one of its names.
    """
    if dict(chosen) == named_columns(schema, columns):
        return None
    named = named_columns(schema, columns)
    unread = {field: "" for field in named if field not in chosen}
    return dict(chosen) | unread


def _free(columns: Iterable[str], found: Mapping[str, str]) -> list[str]:
    return [name for name in columns if name not in found.values()]


def _by_alias(field: str, columns: Sequence[str], schema: Schema) -> str | None:
    plain = {name.strip().lower().replace(" ", "_").replace("-", "_"): name for name in reversed(columns)}
    known = (*(name.lower() for name in schema.names[field]), *_ALIASES.get(field, "").split())
    if found := next((plain[name] for name in known if name in plain), None):
        return found
    return next((plain[name] for name in plain if field.endswith("_id") and name.endswith("_id")), None)


def _by_look(
    field: str, columns: Sequence[str], rows: Sequence[Mapping[str, object]], *, is_pair: bool
) -> str | None:
    if field == "grade":
        return _scale(columns, rows)
    if not field.endswith("_id"):
        return _longest(columns, rows)
    if not is_pair:
        return _identifier(columns, rows)
    # A query has several documents: of two columns of ids, hers repeats more.
    n_values = {name: len({str(row.get(name) or "") for row in rows}) for name in columns}
    best = min if field == "query_id" else max
    return best(n_values, key=n_values.__getitem__) if rows else None


def _scale(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str | None:
    """The column of numbers with the fewest different ones."""
    values = {name: {str(row.get(name) or "0").strip() for row in rows} for name in columns}
    numbers = [name for name in columns if rows and all(map(_is_number, values[name]))]
    return min(numbers, key=lambda name: len(values[name]), default=None)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _identifier(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str | None:
    for name in columns:
        values = [str(row.get(name) or "") for row in rows]
        if values and all(values) and len(set(values)) == len(values) and fmean(map(len, values)) <= 60:
            return name
    return None


def _longest(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str | None:
    def mean_length(name: str) -> float:
        values = [value for row in rows if isinstance(value := row.get(name), str)]
        return fmean(map(len, values)) if values else -1.0

    longest = max(columns, key=mean_length)
    return longest if mean_length(longest) >= 0 else None
