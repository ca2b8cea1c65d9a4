"""Corpora in every format, and every document that is refused."""

from collections.abc import Callable

import pytest

from evalhub.formats.documents import DocumentRow, read_documents
from evalhub.formats.errors import InputError
from evalhub.formats.limits import DEFAULT_LIMITS, Limits
from evalhub.formats.source import Source

MakeSource = Callable[[str, str | bytes], Source]


def refusal(source: Source, limits: Limits = DEFAULT_LIMITS, columns: dict[str, str] | None = None) -> str:
    with pytest.raises(InputError) as caught:
        list(read_documents(source, limits=limits, columns=columns))
    return str(caught.value)


def test_jsonl_keeps_everything(make_source: MakeSource) -> None:
    source = make_source(
        "corpus.jsonl",
        '{"_id": "a", "title": "T", "text": " x\\ty ", "metadata": {"m": [1]}, "url": "u"}\n'
        "\n"
        '{"_id": 7, "title": null, "text": "\\ud83d\\ude00", "metadata": null}\r\n',
    )
    assert list(read_documents(source)) == [
        DocumentRow(1, "a", "T", " x\ty ", {"url": "u", "m": [1]}),
        DocumentRow(3, "7", "", "\U0001f600", {}),
    ]


@pytest.mark.parametrize("key", ["_id", "id", "doc_id"])
def test_the_id_goes_by_three_names(make_source: MakeSource, key: str) -> None:
    rows = read_documents(make_source("c.jsonl", f'{{"{key}": "a", "text": "x"}}'))
    assert [row.doc_id for row in rows] == ["a"]


def test_fields_can_be_named_by_option(make_source: MakeSource) -> None:
    source = make_source("c.jsonl", '{"sku": "a", "body": "x", "id": 3}')
    rows = list(read_documents(source, columns={"doc_id": "sku", "text": "body"}))
    assert rows == [DocumentRow(1, "a", "", "x", {"id": 3})]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "x"}', 'field "_id": missing. Give every line a unique "_id".'),
        ('{"_id": null, "text": "x"}', 'field "_id": missing. Give every line a unique "_id".'),
        ('{"_id": " ", "text": "x"}', 'field "_id": empty. Give every line a unique "_id".'),
        ('{"_id": 1.0, "text": "x"}', 'field "_id": a number (1.0), not text. Write the id in quotes.'),
        (
            '{"_id": true, "text": "x"}',
            'field "_id": true or false (True), not text. Write the id in quotes.',
        ),
        (
            '{"_id": "a ", "text": "x"}',
            "field \"_id\": blanks around the id or control characters in it ('a '). Remove them.",
        ),
        (
            '{"_id": "a\\nb", "text": "x"}',
            "field \"_id\": blanks around the id or control characters in it ('a\\nb'). Remove them.",
        ),
        (f'{{"_id": "{"a" * 501}", "text": "x"}}', 'field "_id": an id of 501 characters. Keep to 500.'),
        (
            '{"_id": "a", "body": "x"}',
            'field "text": missing. Give every document a text; it may be empty beside a title.',
        ),
        ('{"_id": "a", "text": 5}', 'field "text": a number, not text. Write it in quotes, as one text.'),
        ('{"_id": "a", "text": ["x"]}', 'field "text": a list, not text. Write it in quotes, as one text.'),
        (
            '{"_id": "a", "text": "x", "title": {}}',
            'field "title": an object, not text. Write it in quotes, as one text.',
        ),
        (
            '{"_id": "a", "text": "x", "metadata": [1]}',
            'field "metadata": a list, not an object. Write an object such as {"source": "manual"}, '
            "or leave it out.",
        ),
        ('{"_id": "a", "text": "x\\u0000"}', 'field "text": a NUL character (\\u0000). Remove it.'),
        (
            '{"_id": "a", "text": "x", "deep": {"list": ["\\ud800"]}}',
            'field "deep": half a surrogate pair (\\ud800), which is no character. '
            "Remove it, or write the whole pair.",
        ),
    ],
)
def test_a_bad_field_is_named_with_its_line(make_source: MakeSource, line: str, said: str) -> None:
    source = make_source("corpus.jsonl", '{"_id": "ok", "text": "x"}\n' + line + "\n")
    assert refusal(source) == f"corpus.jsonl:2: {said}"


@pytest.mark.parametrize(
    ("line", "reason", "more"),
    [
        ('{"_id": "a", "text": }', "Expecting value at character 22", ""),
        ('{"_id": "a"} {"_id": "b"}', "Extra data at character 14", ""),
        ('{"_id": "a", "n": NaN}', "NaN is not JSON", ""),
        ('{"_id": "a", "_id": "b"}', 'the key "_id" comes twice in one object', ""),
        ('{"_id": "a", "metadata": {"x": 1, "x": 2}}', 'the key "x" comes twice in one object', ""),
        ('{"_id": "a", "n": 1e999}', "the number 1e999 is too large", ""),
        ("[" * 100_000, "nested too deeply", " An array is converted by: jq -c '.[]' IN > OUT."),
        ('"text"', "not an object", ""),
        ('[{"_id": "a"}]', "not an object", " An array is converted by: jq -c '.[]' IN > OUT."),
    ],
)
def test_broken_json_says_where(make_source: MakeSource, line: str, reason: str, more: str) -> None:
    source = make_source("corpus.jsonl", line)
    said = f"corpus.jsonl:1: not a JSON object ({reason}). Write one JSON object in each line.{more}"
    assert refusal(source) == said


def test_text_about_escapes_is_not_taken_for_them(make_source: MakeSource) -> None:
    source = make_source("c.jsonl", '{"_id": "a", "text": "write \\\\u0000 or \\\\ud800"}')
    assert [row.text for row in read_documents(source)] == [r"write \u0000 or \ud800"]


def test_broken_json_on_line_one_million_is_named(make_source: MakeSource) -> None:
    # Mostly blank lines, which count as lines: a million documents would only take longer to read.
    content = b"\n" * 900_000 + b'{"_id":"a","text":"x"}\n' * 99_999 + b'{"_id": "x", "text": broken}\n'
    assert refusal(make_source("corpus.jsonl", content)) == (
        "corpus.jsonl:1000000: not a JSON object (Expecting value at character 22). "
        "Write one JSON object in each line."
    )


def test_a_document_of_five_megabytes_is_refused_with_a_remedy(make_source: MakeSource) -> None:
    source = make_source("corpus.jsonl", f'{{"_id": "a", "title": "ab", "text": "{"x" * 5_000_000}"}}')
    assert refusal(source) == (
        'corpus.jsonl:1: field "text": a document of 5,000,002 characters, more than 1,000,000. '
        "Split it into passages, or raise the option max_document_chars."
    )
    (row,) = read_documents(source, limits=Limits(max_document_chars=5_000_002))
    assert len(row.text) == 5_000_000


def test_a_few_empty_documents_are_let_in_and_many_are_not(make_source: MakeSource) -> None:
    full = "".join(f'{{"_id": "{number}", "text": "x"}}\n' for number in range(99))
    empty = '{"_id": "e1", "title": " ", "text": ""}\n'
    # 1 of 100 is the share of 1% that is allowed; 2 of 101 is above it.
    rows = list(read_documents(make_source("corpus.jsonl", full + empty)))
    assert [row.doc_id for row in rows if row.is_empty] == ["e1"]
    assert refusal(make_source("corpus.jsonl", full + empty + empty)) == (
        'corpus.jsonl:100: field "text": empty, and so is the title (2 of 101 documents; this is the first). '
        "Fill or remove them, check that the columns are right, or raise the option max_empty_share."
    )


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_a_file_without_documents_is_refused(make_source: MakeSource, content: str) -> None:
    said = "corpus.jsonl: no documents. Check that this is the file you meant."
    assert refusal(make_source("corpus.jsonl", content)) == said


def test_a_mapping_of_an_unknown_field_suggests_the_right_one(make_source: MakeSource) -> None:
    source = make_source("c.jsonl", '{"_id": "a", "text": "x"}')
    assert refusal(source, columns={"docid": "sku"}) == (
        'c.jsonl: field "docid": no such field to name a column for (option columns). '
        'The fields are doc_id, title, text, metadata. Did you mean "doc_id"?'
    )
