"""What is known of models, and from where."""

import json
import struct
from pathlib import Path

import pytest

from indexing.cards import model_card
from indexing.registry import resolve_encoder
from indexing.spec import EncoderSpec
from indexing.token_counts import TokenCounter, UnableToCount


def weights(path: Path, *shapes: list[int]) -> None:
    header = {"__metadata__": {"format": "pt"}}
    header |= {f"t{at}": {"dtype": "F32", "shape": shape} for at, shape in enumerate(shapes)}  # type: ignore[misc]
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text)


def spec(model: str, **fields: object) -> EncoderSpec:
    return EncoderSpec(provider="sentence-transformers", model=model, revision="r", **fields)  # type: ignore[arg-type]


def test_the_registered_models_say_what_their_packages_say() -> None:
    card = model_card(resolve_encoder("minilm"))

    assert card.get("licence") == "Apache-2.0"
    assert card.get("languages") == ("en",)
    assert (card.get("dimension"), card.get("max_tokens")) == (384, 256)
    assert not card.knows("matryoshka")
    # As the package's own front matter has it, read and not only listed.
    folder_card = model_card(spec(str(_folder("minilm"))))
    assert folder_card.get("licence").lower() == card.get("licence").lower()
    assert folder_card.get("languages") == card.get("languages")
    assert (folder_card.get("dimension"), folder_card.get("max_tokens")) == (384, 256)
    assert all(fact.source for fact in [*card.facts.values(), *folder_card.facts.values()])


def test_parameters_are_counted_in_the_weights() -> None:
    # BERT with 6 layers of 384 and a vocabulary of 30,522: worked out from its configuration.
    embeddings = (30_522 + 512 + 2) * 384 + 2 * 384
    layer = 4 * (384 * 384 + 384) + 2 * 384 + (384 * 1536 + 1536) + (1536 * 384 + 384) + 2 * 384
    pooler = 384 * 384 + 384
    counted = model_card(resolve_encoder("minilm")).get("parameters")

    assert counted - (embeddings + 6 * layer + pooler) in {0, 512}  # some files keep the position ids
    assert model_card(resolve_encoder("wordllama")).get("parameters") == 32_000 * 256


def test_no_limit_is_known_and_is_not_unknown() -> None:
    card = model_card(resolve_encoder("wordllama"))

    assert card.knows("max_tokens")
    assert card.get("max_tokens") is None
    assert not card.knows("languages")
    assert card.get("matryoshka") == (64, 128, 256)


def test_a_folder_of_ones_own_is_read(tmp_path: Path) -> None:
    card_text = "---\nlicense: other\nlicense_name: mine\nlanguage:\n- de\n- en\n---\n# A model\n"
    (tmp_path / "README.md").write_text(card_text)
    (tmp_path / "config.json").write_text(json.dumps({"hidden_size": 16, "max_position_embeddings": 99}))
    weights(tmp_path / "model.safetensors", [2, 3], [5])
    card = model_card(spec(str(tmp_path)))

    assert (card.get("licence"), card.get("languages")) == ("mine", ("de", "en"))
    assert (card.get("dimension"), card.get("max_tokens"), card.get("parameters")) == (16, 99, 11)
    assert model_card(spec(str(tmp_path), max_tokens=7)).get("max_tokens") == 7


def test_what_no_file_says_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "README.md").write_text("---\n- a list\n---\n")
    (tmp_path / "model.safetensors").write_bytes(b"\x00")

    assert model_card(spec(str(tmp_path))).facts == {}


def test_a_model_that_is_gone_says_so(tmp_path: Path) -> None:
    card = model_card(spec(str(tmp_path / "gone")))

    assert "there is no folder" in card.unavailable
    assert card.facts == {}


def test_a_folder_without_a_tokenizer_can_not_count(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(UnableToCount, match=r"tokenizer\.json is not among"):
        TokenCounter(spec(str(tmp_path)))


def test_tokens_are_counted_as_the_tokenizer_splits() -> None:
    minilm = TokenCounter(resolve_encoder("minilm"))
    # [CLS] a red apple [SEP]; word pieces of a word that the vocabulary does not have.
    assert minilm.count(["a red apple", "", "zwölfeck"])[:2] == [5, 2]
    assert minilm.limit == 256
    assert minilm.count(["word " * 300]) == [302]

    prompted = TokenCounter(resolve_encoder({"model": "minilm", "document_prompt": "a ", "max_tokens": 9}))
    assert (prompted.count(["red apple"]), prompted.limit) == ([5], 9)

    static = TokenCounter(resolve_encoder("wordllama"))
    assert static.limit is None
    assert static.count([""]) == [0]


def _folder(name: str) -> Path:
    from indexing.catalogue import weights_path

    return weights_path(name)
