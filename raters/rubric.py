"""Prompts: versioned text files whose scale, placeholders and fences are checked before anything is paid.

A prompt file starts with its front matter, one `key: value` a line, then a line `---`, then the body:

    name: graded-relevance
    grade 0: irrelevant | about something else
    grade 1: relevant | answers the query
    ---
    Grade the document.
    {grades}
    <query>{query}</query>
    <need>{need}</need>
    <document>
    {title}
    {text}
    </document>
    Which grade fits the document?

What repeats comes first: a local model computes the rubric once and the query once for all its documents.
Graded examples, `example:` lines in the front matter, are shown after the rubric; see `raters.few_shot`.
The line that holds {need} is left out when a query has none. A literal brace is written {{ or }}.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evalhub.core.digest import content_digest
from raters.fence import neutralise
from raters.few_shot import Example, read_example, render_examples
from raters.protocol import RateRequest
from raters.spelling import misspelt
from raters.template import Piece, Template, UnableToReadPrompt, parse_template

PROMPTS_DIR = Path(__file__).parent / "prompts"
_EXAMPLE = "example"  # the key of its line
MAX_GRADES = 10  # a local model reads a grade from one label token, "0".."9"


@dataclass(frozen=True, slots=True)
class Grade:
    """One step of a scale."""

    value: int
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """One request as text; rubric, query, document and question joined are the whole prompt.

    Attributes:
        rubric: the same for every request of this prompt.
        query: the same for every document of one query and need.
        document: the untrusted document, the only part that may be cut.
        question: what follows the document.
        asked: the query by itself, for a model whose answer is begun for it.
        examples: between rubric and query, the same for every request; untrusted as documents are.
    """

    rubric: str
    query: str
    document: str
    question: str
    asked: str
    examples: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A checked rubric; any change of `text` changes `digest`."""

    name: str
    text: str
    grades: tuple[Grade, ...]
    digest: str
    template: Template
    examples: tuple[Example, ...] = ()
    shown_examples: str = ""

    @property
    def max_grade(self) -> int:
        """G, the best grade."""
        return self.grades[-1].value

    def render(self, request: RateRequest) -> RenderedPrompt:
        """Put a request into the prompt, every untrusted text neutralised."""
        values = {
            "grades": "\n".join(f"{grade.value} = {grade.name}: {grade.meaning}" for grade in self.grades),
            "query": neutralise(request.query.strip()),
            "need": neutralise(request.need.strip()),
            "title": neutralise(request.title.strip()),
            "text": neutralise(request.text.strip()),
        }
        parts = self.template
        return RenderedPrompt(
            rubric=_fill(parts.rubric, values),
            query=_fill(parts.query, values),
            document=_fill(parts.document, values).strip(),
            question=_fill(parts.question, values),
            asked=values["query"],
            examples=self.shown_examples,
        )


def load_prompt(name_or_path: str | Path) -> Prompt:
    """Read a prompt that ships with EvalHub by its name, or a file of your own by its path.

    Raises:
        UnableToReadPrompt: no such prompt, or the file breaks a rule; file, line and remedy are named.
    """
    path = Path(name_or_path)
    if path.suffix != ".txt" and len(path.parts) == 1:
        path = PROMPTS_DIR / f"{path}.txt"
        if path.stem not in prompt_names():  # a name of any length, which no file may have
            hint = misspelt(str(name_or_path), prompt_names())
            raise UnableToReadPrompt(
                f"no prompt {name_or_path!r}; {hint} (a file of your own: its path, in .txt)"
            )
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnableToReadPrompt(
            f"{path}: {error.strerror}; give the path of a readable text file"
        ) from error
    except UnicodeDecodeError as error:
        raise UnableToReadPrompt(
            f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8"
        ) from error
    return parse_prompt(text, source=str(path))


def parse_prompt(text: str, source: str) -> Prompt:
    """Read a prompt from its text; `source` names it in errors.

    Raises:
        UnableToReadPrompt: the text breaks a rule of prompt files.
    """
    lines = text.splitlines(keepends=True)
    end = next((number for number, line in enumerate(lines) if line.strip() == "---"), None)
    if end is None:
        raise UnableToReadPrompt(f"{source}: no line '---'; put one between the front matter and the body")
    name, grades = _read_front_matter(lines[:end], source)
    examples = tuple(_read_examples(lines[:end], len(grades), source))
    shown = render_examples(examples, [grade.name for grade in grades])
    template = parse_template("".join(lines[end + 1 :]), source, first_line=end + 2)
    return Prompt(name, text, grades, content_digest({"prompt": text}), template, examples, shown)


def prompt_names() -> list[str]:
    """The prompts that ship with EvalHub."""
    return sorted(path.stem for path in PROMPTS_DIR.glob("*.txt"))


def _read_front_matter(lines: list[str], source: str) -> tuple[str, tuple[Grade, ...]]:
    name = ""
    grades: list[Grade] = []
    for number, line in enumerate(lines, start=1):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if key == "name" and value:
            name = value
        elif key.startswith("grade ") and colon:
            grades.append(_read_grade(key, value, expected=len(grades), place=f"{source}, line {number}"))
        elif line.strip() and key != _EXAMPLE:
            raise UnableToReadPrompt(
                f"{source}, line {number}: {line.strip()!r} is not front matter; "
                "write 'name: NAME' or 'grade N: NAME | MEANING', and '---' before the body"
            )
    if not name:
        raise UnableToReadPrompt(f"{source}: no name; write 'name: NAME' above the line '---'")
    if not 2 <= len(grades) <= MAX_GRADES:
        raise UnableToReadPrompt(f"{source}: {len(grades)} grades; a scale has 2 to {MAX_GRADES}")
    return name, tuple(grades)


def _read_examples(lines: list[str], n_grades: int, source: str) -> Iterator[Example]:
    for number, line in enumerate(lines, start=1):
        key, _, value = (part.strip() for part in line.partition(":"))
        if key == _EXAMPLE:
            yield read_example(value, n_grades, f"{source}, line {number}")


def _read_grade(key: str, value: str, expected: int, place: str) -> Grade:
    name, _, meaning = (part.strip() for part in value.partition("|"))
    if key.removeprefix("grade ").strip() != str(expected):
        raise UnableToReadPrompt(
            f"{place}: {key!r} where 'grade {expected}' is due; list them from 0 upwards"
        )
    if not name or not meaning:
        raise UnableToReadPrompt(f"{place}: {key!r} needs 'NAME | MEANING'")
    return Grade(expected, name, meaning)


def _fill(pieces: tuple[Piece, ...], values: dict[str, str]) -> str:
    return "".join(
        piece.literal + (values[piece.field] if piece.field else "")
        for piece in pieces
        if not (piece.is_need and not values["need"])
    )
