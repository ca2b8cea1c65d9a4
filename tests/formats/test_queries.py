"""Queries in every format, and every query that is refused."""

from collections.abc import Callable

import pytest

from evalhub.formats.errors import InputError
from evalhub.formats.queries import QueryRow, read_queries
from evalhub.formats.source import Source

MakeSource = Callable[[str, str | bytes], Source]


def refusal(source: Source) -> str:
    with pytest.raises(InputError) as caught:
        list(read_queries(source))
    return str(caught.value)


def test_beir_queries_are_read(make_source: MakeSource) -> None:
    source = make_source(
        "queries.jsonl", '{"_id": "q1", "text": "a", "metadata": {}}\n{"_id": 2, "text": "b", "lang": "de"}\n'
    )
    assert list(read_queries(source)) == [
        QueryRow(1, "q1", "a", "", (), {}),
        QueryRow(2, "2", "b", "", (), {"lang": "de"}),
    ]


def test_the_need_goes_by_three_names_and_the_others_stay_metadata(make_source: MakeSource) -> None:
    source = make_source("q.jsonl", '{"id": "q1", "query": "a", "narrative": "n", "description": "d"}')
    assert list(read_queries(source)) == [QueryRow(1, "q1", "a", "n", (), {"description": "d"})]


@pytest.mark.parametrize("tags", ['"head, brand,, head"', '["head", " brand ", "head"]'])
def test_tags_are_a_list_or_parted_by_commas(make_source: MakeSource, tags: str) -> None:
    (row,) = read_queries(make_source("q.jsonl", f'{{"_id": "q1", "text": "a", "tags": {tags}}}'))
    assert row.tags == ("head", "brand")


def test_queries_come_in_csv_too(make_source: MakeSource) -> None:
    source = make_source("q.csv", 'query_id,text,tags\nq1,"red, wine","head,drink"\n')
    assert list(read_queries(source)) == [QueryRow(2, "q1", "red, wine", "", ("head", "drink"), {})]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "a"}', 'field "_id": missing. Give every line a unique "_id".'),
        ('{"_id": "q2"}', 'field "text": missing. Give every query a text.'),
        ('{"_id": "q2", "text": " "}', 'field "text": empty. Give every query a text.'),
        (
            '{"_id": "q1", "text": "b"}',
            'field "_id": "q1" is already on line 1. Give every line a unique "_id".',
        ),
        (
            '{"_id": "q2", "text": "b", "tags": {"a": 1}}',
            'field "tags": an object, not tags. Write "head, brand" or a list of texts.',
        ),
        (
            '{"_id": "q2", "text": "b", "tags": [1]}',
            'field "tags": a list, not tags. Write "head, brand" or a list of texts.',
        ),
    ],
)
def test_a_bad_query_is_named_with_its_line(make_source: MakeSource, line: str, said: str) -> None:
    source = make_source("queries.jsonl", '{"_id": "q1", "text": "a"}\n' + line)
    assert refusal(source) == f"queries.jsonl:2: {said}"


def test_an_empty_query_set_is_refused(make_source: MakeSource) -> None:
    said = "queries.jsonl: no queries. Check that this is the file you meant."
    assert refusal(make_source("queries.jsonl", "\n")) == said
