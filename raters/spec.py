"""Everything about a rater that must be written down, and its digest; light enough for a web process."""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any, cast

from evalhub.core.digest import content_digest
from raters.fields import (
    KINDS,
    Scalar,
    UnableToResolveRater,
    check_known,
    read_api_key_env,
    read_base_url,
    read_decoding,
    read_integer,
    read_number,
    read_text,
)
from raters.protocol import Usage
from raters.rubric import Prompt, load_prompt, parse_prompt
from raters.spelling import misspelt
from raters.template import UnableToReadPrompt
from raters.weights import UnableToFindWeights, find_weights, weights_revision

DEFAULT_PROMPT = "graded-relevance"
DEFAULT_DOCUMENT_TOKENS = {"hosted": 4_000, "local-llm": 256, "gold": 1}
# Raised whenever code changes what a kind of rater says about the same pair under the same spec.
CODE_VERSIONS = {"hosted": 2, "local-llm": 1, "gold": 1}
MAX_IN_FLIGHT = 512
# The rater that ships, for a newcomer without an API key.
SHIPPED = {"default": {"kind": "local-llm", "model": "smollm2", "prompt": DEFAULT_PROMPT}}

_COMMON = {"name", "kind", "prompt"}
_FIELDS = {
    "hosted": _COMMON
    | {"model", "revision", "base_url", "api_key_env", "decoding", "max_document_tokens"}
    | {
        "input_usd_per_mtok",
        "output_usd_per_mtok",
        "max_in_flight",
        "requests_per_minute",
        "tokens_per_minute",
    }
    | {"connect_timeout_s", "read_timeout_s", "timeout_s"},
    "local-llm": _COMMON | {"model", "decoding", "max_document_tokens"},
    "gold": _COMMON,
}


@dataclass(frozen=True, slots=True)
class RaterSpec:
    """One immutable version of a rater; JSON types only, and no secret.

    Attributes:
        model: the provider's name of it, a registered local name, or an absolute path.
        revision: of a local model the digest of its weights; of a hosted one what the user wrote.
        prompt: the whole text of the prompt file.
        max_document_tokens: documents are cut at their end to this; hosted raters, not knowing the
            provider's tokenizer, count 4 characters as a token.
        input_usd_per_mtok, output_usd_per_mtok: US dollars per 1,000,000 tokens.
        connect_timeout_s: of a hosted rater's call, until the connection (and TLS) stands.
        read_timeout_s: the longest silence of an endpoint, before the first byte of an answer or between two.
        timeout_s: for one call, from connecting to the last byte.
        max_in_flight: the most calls a hosted rater has open at once, in each worker process.
        requests_per_minute, tokens_per_minute: of all workers together; 0 for no limit but the provider's.
    """

    name: str
    kind: str
    model: str
    prompt: str
    max_document_tokens: int
    decoding: Mapping[str, Scalar]
    revision: str = ""
    base_url: str = ""
    api_key_env: str = ""
    input_usd_per_mtok: float = 0.0
    output_usd_per_mtok: float = 0.0
    timeout_s: float = 120.0
    max_in_flight: int = 16
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0
    requests_per_minute: float = 0.0
    tokens_per_minute: float = 0.0

    @property
    def rubric(self) -> Prompt:
        """The checked prompt."""
        return parse_prompt(self.prompt, source=f"prompt of rater {self.name!r}")

    @property
    def digest(self) -> str:
        """Digest what changes a grade: not keys, prices, limits, names or where weights lie."""
        is_local = self.kind == "local-llm"
        return content_digest(
            {
                "kind": self.kind,
                "code": CODE_VERSIONS[self.kind],
                "model": "" if is_local else self.model,
                "revision": self.revision,
                "base_url": self.base_url,
                "prompt": self.rubric.digest,
                "decoding": dict(self.decoding),
                "max_document_tokens": self.max_document_tokens,
            }
        )

    def to_dict(self) -> dict[str, object]:
        """Return JSON types that `from_dict` takes back."""
        return {**asdict(self), "decoding": dict(self.decoding)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> "RaterSpec":
        """Read what `to_dict` wrote.

        Raises:
            UnableToResolveRater: an unknown or missing field.
        """
        check_known(stored, [field.name for field in fields(cls)])
        for field in fields(cls):
            if field.default is MISSING and field.name not in stored:
                raise UnableToResolveRater(field.name, "missing; store the whole of what to_dict() returns")
        return cls(**cast(dict[str, Any], stored))

    def cost_usd(self, usage: Usage) -> float:
        """Price what a judgment used."""
        paid = usage.input_tokens * self.input_usd_per_mtok + usage.output_tokens * self.output_usd_per_mtok
        return paid / 1_000_000


def resolve_rater(mapping: Mapping[str, object], base_dir: Path = Path()) -> RaterSpec:
    """Turn one rater of SPEC.yaml into a complete spec, its prompt read and its weights found.

    Args:
        mapping: name, kind, model, prompt, ... as in SPEC.yaml.
        base_dir: where relative paths of prompts and models start.

    Raises:
        UnableToResolveRater: a field is missing, unknown, misspelt or of the wrong type.
    """
    name = read_text(mapping, "name")
    if not name:
        raise UnableToResolveRater("name", "missing; every rater has a name, shown with its scores")
    if set(mapping) == {"name"} and name in SHIPPED:
        mapping = {"name": name, **SHIPPED[name]}
    kind = _read_kind(mapping)
    check_known(mapping, _FIELDS[kind])
    model, revision = _read_model(mapping, kind, base_dir)
    base_url = read_base_url(mapping) if kind == "hosted" else ""
    return RaterSpec(
        name=name,
        kind=kind,
        model=model,
        revision=revision,
        prompt=_read_prompt(mapping, base_dir).text,
        base_url=base_url,
        api_key_env=read_api_key_env(mapping, base_url) if kind == "hosted" else "",
        decoding=read_decoding(mapping, kind),
        max_document_tokens=read_integer(mapping, "max_document_tokens", DEFAULT_DOCUMENT_TOKENS[kind]),
        input_usd_per_mtok=read_number(mapping, "input_usd_per_mtok", 0.0),
        output_usd_per_mtok=read_number(mapping, "output_usd_per_mtok", 0.0),
        timeout_s=read_number(mapping, "timeout_s", 120.0, minimum=0.1),
        max_in_flight=read_integer(mapping, "max_in_flight", 16, maximum=MAX_IN_FLIGHT),
        connect_timeout_s=read_number(mapping, "connect_timeout_s", 10.0, minimum=0.1),
        read_timeout_s=read_number(mapping, "read_timeout_s", 60.0, minimum=0.1),
        requests_per_minute=read_number(mapping, "requests_per_minute", 0.0),
        tokens_per_minute=read_number(mapping, "tokens_per_minute", 0.0),
    )


def _read_kind(mapping: Mapping[str, object]) -> str:
    kind = read_text(mapping, "kind")
    if kind not in KINDS:
        problem = f"unknown kind {kind!r}" if kind else "missing"
        raise UnableToResolveRater("kind", f"{problem}; {misspelt(kind, KINDS)}")
    return kind


def _read_model(mapping: Mapping[str, object], kind: str, base_dir: Path) -> tuple[str, str]:
    model = read_text(mapping, "model")
    if kind == "gold":
        return "", ""
    if not model:
        raise UnableToResolveRater("model", f"missing; a {kind} rater needs one")
    if kind == "hosted":
        return model, read_text(mapping, "revision")
    try:
        path = find_weights(model, base_dir)
    except UnableToFindWeights as error:
        raise UnableToResolveRater("model", str(error)) from error
    # A relative path would mean something else to the worker that loads it.
    is_relative_path = (base_dir / Path(model).expanduser()).resolve() == path
    return str(path) if is_relative_path else model, weights_revision(path)


def _read_prompt(mapping: Mapping[str, object], base_dir: Path) -> Prompt:
    given = read_text(mapping, "prompt", DEFAULT_PROMPT)
    is_path = given.endswith(".txt") or "/" in given
    try:
        return load_prompt(base_dir / Path(given).expanduser() if is_path else given)
    except UnableToReadPrompt as error:
        raise UnableToResolveRater("prompt", str(error)) from error
