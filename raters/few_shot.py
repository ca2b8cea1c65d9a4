"""Few-shot examples: graded pairs in the front matter of a prompt file, each a line of JSON.

    example: {"query": "green tea", "title": "Sencha", "text": "How to brew it.", "grade": 3}

`title` and `need` may be left out. They are shown between the rubric and the query, and being part of the
file they are part of every digest of it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from raters.fence import neutralise
from raters.template import UnableToReadPrompt

# Some 150 tokens each; a document of ten pages teaches no more, and is read again for every pair.
DOCUMENT_CHARS = 600
QUERY_CHARS = 300
_SHORTEST = 20  # characters of a text's beginning that are worth showing
_HEAD = "Examples, with the grades that people gave:"
_KEYS = {"query": str, "need": str, "title": str, "text": str, "grade": int}


@dataclass(frozen=True, slots=True)
class Example:
    """A pair with its right grade; the texts hold no line ends."""

    query: str
    text: str
    grade: int
    title: str = ""
    need: str = ""


def shortened(query: str, title: str, text: str, grade: int, need: str = "") -> Example:
    """An example of at most DOCUMENT_CHARS of title and text, and of QUERY_CHARS of query and of need."""
    heading = _cut(title, DOCUMENT_CHARS)
    body = _cut(text, DOCUMENT_CHARS - len(heading))
    return Example(_cut(query, QUERY_CHARS), body, grade, heading, _cut(need, QUERY_CHARS))


def with_examples(prompt: str, examples: Iterable[Example]) -> str:
    """Add examples to the text of a prompt file that was checked, after those it has."""
    lines = prompt.splitlines(keepends=True)
    end = next(number for number, line in enumerate(lines) if line.strip() == "---")
    added = (f"example: {json.dumps(_told(one), ensure_ascii=False)}\n" for one in examples)
    return "".join([*lines[:end], *added, *lines[end:]])


def read_example(value: str, n_grades: int, place: str) -> Example:
    """Read what follows `example:`.

    Raises:
        UnableToReadPrompt: it is no JSON mapping of the right keys, or the grade is not offered.
    """
    try:
        given = json.loads(value)
    except ValueError as error:
        raise UnableToReadPrompt(f"{place}: an example is a JSON mapping on one line; {error}") from error
    if not isinstance(given, dict) or not {"query", "text", "grade"} <= given.keys() <= _KEYS.keys():
        raise UnableToReadPrompt(
            f"{place}: an example has query, text and grade, and may have title and need; "
            'write {"query": "...", "text": "...", "grade": 0}'
        )
    for key, kind in _KEYS.items():
        if type(given.get(key, kind())) is not kind:
            raise UnableToReadPrompt(
                f"{place}: {key} of an example is {given[key]!r}, which is no {kind.__name__}"
            )
    if not 0 <= given["grade"] < n_grades:
        raise UnableToReadPrompt(
            f"{place}: grade {given['grade']} of an example; offered are 0..{n_grades - 1}"
        )
    folded = {key: _folded(text) for key, text in given.items() if key != "grade"}
    return Example(**folded, grade=given["grade"])


def render_examples(examples: Sequence[Example], names: Sequence[str]) -> str:
    """The examples as a model sees them, every text neutralised; "" for none.

    Args:
        names: of the grades, by their value.
    """
    if not examples:
        return ""
    return "\n\n".join([_HEAD, *(_shown(one, names) for one in examples)]) + "\n\n"


def _shown(example: Example, names: Sequence[str]) -> str:
    need = f"\n<need>{neutralise(example.need)}</need>" if example.need else ""
    document = " ".join(filter(None, (neutralise(example.title), neutralise(example.text))))
    return (
        f"<query>{neutralise(example.query)}</query>{need}\n<document>{document}</document>\n"
        f"Grade: {example.grade} ({names[example.grade]})"
    )


def _told(example: Example) -> dict[str, str | int]:
    return {
        key: value for key, value in asdict(example).items() if value or key in {"query", "text", "grade"}
    }


def _cut(text: str, limit: int) -> str:
    folded = _folded(text)
    if len(folded) <= limit:
        return folded
    if limit < _SHORTEST:
        return ""
    kept = folded[: limit - 2]
    return f"{kept.rpartition(' ')[0] or kept} …"


def _folded(text: str) -> str:
    """On one line: a prompt file's lines end wherever Python's splitlines sees an end."""
    return " ".join(text.split())
