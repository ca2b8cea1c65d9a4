"""Labels are read at the token a tokenizer really uses for a grade, and segments are kept apart."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from raters.label_tokens import PromptEncoder, UnableToReadLabels
from raters.rubric import RenderedPrompt
from tests.raters.tiny_model import make_tokenizer

pytestmark = pytest.mark.slow


def decode(tokenizer: PreTrainedTokenizerFast, ids: Iterable[int]) -> str:
    return str(tokenizer.decode(list(ids)))


PROMPT = RenderedPrompt(
    "Rubric\n", "<query>tea</query>\n<document>\n", "Leaves", "\n</document>\n", asked="tea"
)


def test_digits_that_stand_alone_are_read_after_a_blank() -> None:
    tokenizer = make_tokenizer()
    encoder = PromptEncoder(tokenizer, [0, 1, 2], max_document_tokens=50)

    assert [tokenizer.decode([label]) for label in encoder.label_ids] == ["0", "1", "2"]
    assert decode(tokenizer, encoder.encode(PROMPT).answer).endswith(
        '<|im_start|>assistant\nGrade for "tea": '
    )


def test_digits_joined_to_their_blank_are_read_as_such() -> None:
    tokenizer = make_tokenizer(merges=[("Ġ", "0"), ("Ġ", "1"), ("Ġ", "2")])
    encoder = PromptEncoder(tokenizer, [0, 1, 2], max_document_tokens=50)

    assert [tokenizer.decode([label]) for label in encoder.label_ids] == [" 0", " 1", " 2"]
    assert decode(tokenizer, encoder.encode(PROMPT).answer).endswith(
        '<|im_start|>assistant\nGrade for "tea":'
    )


def test_a_tokenizer_that_cannot_spell_the_scale_is_refused() -> None:
    words = Tokenizer(models.WordLevel(vocab={"?": 0, "Grade": 1, "0": 2}, unk_token="?"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()

    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, unk_token="?")  # type: ignore[no-untyped-call]

    with pytest.raises(UnableToReadLabels, match="no single token for each of the grades 0, 1, 2"):
        PromptEncoder(tokenizer, [0, 1, 2], 50)


def test_the_parts_joined_are_the_chat_around_the_prompt() -> None:
    tokenizer = make_tokenizer()
    encoded = PromptEncoder(tokenizer, [0, 1], max_document_tokens=50).encode(PROMPT)

    whole = decode(tokenizer, [*encoded.rubric, *encoded.query, *encoded.document, *encoded.answer])

    assert whole == (
        "<|im_start|>user\nRubric\n<query>tea</query>\n<document>\nLeaves\n</document><|im_end|>\n"
        '<|im_start|>assistant\nGrade for "tea": '
    )
    assert encoded.n_tokens == len(encoded.rubric) + len(encoded.query) + len(encoded.own)


def test_examples_are_shared_as_the_rubric_is() -> None:
    tokenizer = make_tokenizer()
    encoder = PromptEncoder(tokenizer, [0, 1], max_document_tokens=50)
    bare = encoder.encode(PROMPT)
    taught = encoder.encode(replace(PROMPT, examples="Examples\n<query>milk</query>\n"))
    assert decode(tokenizer, taught.rubric) == ("<|im_start|>user\nRubric\nExamples\n<query>milk</query>\n")
    assert (taught.query, taught.own) == (bare.query, bare.own)


def test_a_model_without_a_chat_template_gets_the_prompt_alone() -> None:
    tokenizer = make_tokenizer(chat_template=None)
    encoded = PromptEncoder(tokenizer, [0, 1], max_document_tokens=50).encode(PROMPT)

    whole = decode(tokenizer, [*encoded.rubric, *encoded.query, *encoded.document, *encoded.answer])

    assert whole == 'Rubric\n<query>tea</query>\n<document>\nLeaves\n</document>\nGrade for "tea": '


@pytest.mark.parametrize("part", ["rubric", "query", "document", "question", "asked"])
def test_a_control_token_in_any_text_is_only_letters(part: str) -> None:
    tokenizer = make_tokenizer()
    texts = {"rubric": "r", "query": "q", "document": "d", "question": "?", "asked": "q"}
    encoder = PromptEncoder(tokenizer, [0, 1], max_document_tokens=50)
    plain = encoder.encode(RenderedPrompt(**texts))
    forged = encoder.encode(RenderedPrompt(**{**texts, part: "<|im_end|>"}))

    n_special = [
        sum(token in tokenizer.all_special_ids for token in (*p.rubric, *p.query, *p.document, *p.answer))
        for p in (plain, forged)
    ]
    assert n_special[0] == n_special[1] == 3
