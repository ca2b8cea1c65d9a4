"""CSV, TSV and Parquet."""

import datetime
import decimal
import gzip
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from evalhub.formats.documents import DocumentRow, read_documents
from evalhub.formats.errors import InputError
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.source import Source

MakeSource = Callable[[str, str | bytes], Source]


def refusal(source: Source, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(InputError) as caught:
        list(read_documents(source, limits=limits))
    return str(caught.value)


def test_csv_cells_may_hold_commas_quotes_and_line_breaks(make_source: MakeSource) -> None:
    source = make_source(
        "items.csv", '\ufeffdoc_id,text,price,metadata\r\n1,"a, ""b""\r\nsecond line",9.5,note\r\n1.0,c,,\r\n'
    )
    assert list(read_documents(source)) == [
        DocumentRow(2, "1", "", 'a, "b"\nsecond line', {"price": "9.5", "metadata": "note"}),
        DocumentRow(4, "1.0", "", "c", {"price": ""}),
    ]


def test_columns_can_be_named_by_option(make_source: MakeSource) -> None:
    source = make_source("items.csv", "sku,name,description\nA1,Lamp,A desk lamp\n")
    columns = {"doc_id": "sku", "title": "name", "text": "description"}
    assert list(read_documents(source, columns=columns)) == [DocumentRow(2, "A1", "Lamp", "A desk lamp", {})]


@pytest.mark.parametrize("name", ["c.tsv", "c.txt", "stdin"])
def test_tabs_are_told_by_the_suffix_or_the_header(make_source: MakeSource, name: str) -> None:
    source = make_source(name, "id\ttitle\ttext\na\tx, y\tz\n")
    assert list(read_documents(source)) == [DocumentRow(2, "a", "x, y", "z", {})]


def test_wrong_columns_are_listed_with_the_ones_needed(make_source: MakeSource) -> None:
    source = make_source("items.csv", "sku,name,description\nA1,Lamp,A desk lamp\n")
    assert refusal(source) == (
        'items.csv:1: field "_id": no such column; needed: _id or id or doc_id, text; '
        "found: sku, name, description. Rename the columns, or name yours with the option columns, "
        "for example doc_id=NAME,text=NAME."
    )


def test_a_column_named_by_option_must_exist(make_source: MakeSource) -> None:
    source = make_source("items.csv", "id,body\na,x\n")
    with pytest.raises(InputError) as caught:
        list(read_documents(source, columns={"text": "bodyy"}))
    assert str(caught.value) == (
        'items.csv:1: field "bodyy": no such column; needed: _id or id or doc_id, bodyy; found: id, body. '
        "Rename the columns, or name yours with the option columns, for example text=NAME."
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "id,text\na,x\nb,y,z\n",
            "c.csv:3: 3 cells where the header has 2. "
            "Put cells that hold the delimiter in quotes, and keep empty cells.",
        ),
        ("id,text,text\na,x,y\n", 'c.csv:1: field "text": a column named twice. Rename one of them.'),
        (
            'id,text\na,"x\nb,y\n',
            "c.csv:2: not a table row (unexpected end of data). Put cells with delimiters, quotes or line "
            'breaks in quotes, and write a quote inside them as "".',
        ),
        ("id,text\n,x\n", 'c.csv:2: field "_id": empty. Give every line a unique "_id".'),
        ("id,text\n", "c.csv: no documents. Check that this is the file you meant."),
    ],
)
def test_a_bad_table_is_refused(make_source: MakeSource, content: str, said: str) -> None:
    assert refusal(make_source("c.csv", content)) == said


def test_a_quote_left_open_does_not_swallow_the_file(make_source: MakeSource) -> None:
    source = make_source("c.csv", 'id,text\na,"x\n' + "b,yyyyyyyy\n" * 100)
    assert refusal(source, Limits(max_line_bytes=50)) == (
        "c.csv:7: a record of more than 50 characters; a quote may not be closed. "
        "Close it, or raise the option max_line_bytes."
    )


def test_a_cell_may_be_longer_than_the_csv_module_allows_by_default(make_source: MakeSource) -> None:
    (row,) = read_documents(make_source("c.csv", f"id,text\na,{'x' * 200_000}\n"))
    assert len(row.text) == 200_000


@pytest.fixture
def table() -> pa.Table:
    return pa.table(
        {
            "id": [1, 2],
            "title": ["T", None],
            "text": ["x", "y"],
            "score": [0.5, float("nan")],
            "when": [datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC), None],
            "price": [decimal.Decimal("1.50"), None],
            "nested": [{"a": [1, 2]}, None],
        }
    )


PARQUET_ROWS = [
    DocumentRow(
        1,
        "1",
        "T",
        "x",
        {"score": 0.5, "when": "2026-01-02T03:04:00+00:00", "price": "1.50", "nested": {"a": [1, 2]}},
    ),
    DocumentRow(2, "2", "", "y", {"score": None, "when": None, "price": None, "nested": None}),
]


def test_parquet_is_read_plain_and_packed(table: pa.Table, tmp_path: Path, make_source: MakeSource) -> None:
    parquet.write_table(table, tmp_path / "c.parquet")
    plain = (tmp_path / "c.parquet").read_bytes()
    assert list(read_documents(make_source("any name", plain))) == PARQUET_ROWS
    assert list(read_documents(make_source("c.parquet.gz", gzip.compress(plain)))) == PARQUET_ROWS


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("id", [1.0, 2.0], 'c:1: field "_id": a number (1.0), not text. Write the id in quotes.'),
        (
            "text",
            [b"x", b"y"],
            'c:1: field "text": bytes, not text. Store the column as strings, or leave it out.',
        ),
        ("text", ["x", "a\0b"], 'c:2: field "text": a NUL character. Remove it.'),
    ],
)
def test_bad_parquet_values_name_their_row(
    table: pa.Table, tmp_path: Path, column: str, values: list[object], said: str
) -> None:
    position = table.column_names.index(column)
    parquet.write_table(table.set_column(position, column, pa.array(values)), tmp_path / "c")
    assert refusal(Source("c", tmp_path / "c")) == said


def test_parquet_without_the_columns_or_cut_short_is_refused(
    table: pa.Table, tmp_path: Path, make_source: MakeSource
) -> None:
    parquet.write_table(table.drop_columns(["text"]), tmp_path / "c")
    said = refusal(Source("c", tmp_path / "c"))
    assert said.startswith(
        'c:1: field "text": no such column; needed: _id or id or doc_id, text; found: id, title,'
    )
    cut = make_source("cut", (tmp_path / "c").read_bytes()[:-20])
    assert refusal(cut).startswith("cut: broken Parquet file (")


def test_parquet_that_unpacks_too_far_is_refused(tmp_path: Path) -> None:
    rows = pa.table({"id": [str(number) for number in range(1000)], "text": ["x" * 1000] * 1000})
    parquet.write_table(rows, tmp_path / "c")
    assert refusal(Source("c", tmp_path / "c"), Limits(max_bytes_out=500_000)) == (
        "c: unpacks to more than 500,000 bytes. "
        "If the file is meant to be that large, raise the option max_bytes_out."
    )


def test_a_table_may_have_very_many_columns(make_source: MakeSource) -> None:
    names = [f"c{n}" for n in range(100_000)]  # that each is there once must not take their square
    source = make_source("wide.csv", "doc_id,text," + ",".join(names) + "\n1,a" + ",x" * len(names) + "\n")
    (row,) = read_documents(source)
    assert len(row.metadata) == len(names)


def test_only_the_first_of_many_columns_are_named_in_a_refusal(make_source: MakeSource) -> None:
    said = refusal(make_source("wide.csv", ",".join(f"c{n}" for n in range(1_000)) + "\n"))
    assert "found: c0, c1, " in said
    assert "c49 and 950 more. Rename" in said


def test_a_parquet_column_named_twice_is_refused_and_not_dropped(
    make_source: MakeSource, tmp_path: Path
) -> None:
    table = pa.table([["a"], ["b"], ["c"]], names=["id", "text", "text"])
    parquet.write_table(table, tmp_path / "twice.parquet")
    source = make_source("items.parquet", (tmp_path / "twice.parquet").read_bytes())
    assert refusal(source) == 'items.parquet: field "text": a column named twice. Rename one of them.'
