"""The `raters` of a spec: who grades."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from evalhub.core.secrets import looks_like_key
from evalhub.spec.parts import Name, Part, Text, rule_error

RaterKind = Literal["hosted", "local-llm", "cross-encoder", "calibrated", "panel", "gold"]
Combine = Literal["median", "mean", "majority"]
# Each is paid for every pair, as the raters of a campaign are.
MAX_MEMBERS = 20
MAX_PER_GRADE = 5
MAX_SEED = 2**31 - 1
_ONLY_PANELS = ("members", "combine")
_KINDS_WITH_EXAMPLES = ("hosted", "local-llm")
_KINDS_WITH_MODEL = ("hosted", "local-llm", "cross-encoder")


def _http_address(text: str) -> str:
    if not re.match(r"https?://[^\s/]", text):
        raise rule_error("not an http or https address", "Write for example https://api.example.com/v1.")
    return text


def _variable_name(text: str) -> str:
    # The text is not repeated: it may be the key itself.
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text) or looks_like_key(text):
        remedy = "Put the key into an environment variable and write its name, for example OPENAI_API_KEY."
        raise rule_error("not the name of an environment variable", remedy)
    return text


def _key_name(text: str) -> str:
    if looks_like_key(text):
        remedy = "Store the key with evalhub key set NAME and write the name, for example openai-production."
        raise rule_error("not the name of a stored key", remedy)
    return text


Url = Annotated[str, AfterValidator(_http_address)]
VariableName = Annotated[str, AfterValidator(_variable_name)]
KeyName = Annotated[Name, AfterValidator(_key_name)]


class ExamplesSpec(Part):
    """Graded pairs to show in the prompt: so many of each grade, of training queries of a collection."""

    queries: Name = Field(examples=["labelled"])
    corpus: Name | None = Field(None, examples=["electronics"])
    per_grade: int = Field(1, ge=1, le=MAX_PER_GRADE, examples=["1"])
    seed: int = Field(0, ge=0, le=MAX_SEED, examples=["0"])


class RaterSpec(Part):
    """A rater; a name alone means one that is registered, "default" the shipped one.

    Prices are US dollars for 1,000,000 tokens. Of a hosted rater, `timeout_s` is for one whole call,
    `max_in_flight` counts calls of one worker process, and the limits per minute are for all of them.
    `members` are names of other raters, of this spec or registered.
    """

    name: Name = Field(examples=["judge"])
    kind: RaterKind | None = Field(None, examples=["hosted"])
    model: Text | None = Field(None, examples=["gpt-x"])
    base_url: Url | None = Field(None, examples=["https://api.example.com/v1"])
    api_key: KeyName | None = Field(None, examples=["openai-production"])
    api_key_env: VariableName | None = Field(None, examples=["OPENAI_API_KEY"])
    adapter: Text | None = Field(None, examples=["adapters/ours"])
    prompt: Text | None = Field(None, examples=["graded-relevance"])
    examples: ExamplesSpec | None = Field(None, examples=["{queries: labelled, per_grade: 1}"])
    embedding_model: Text | None = Field(None, examples=["minilm"])
    evidence: Text | None = Field(None, examples=["all"])
    max_document_tokens: int | None = Field(None, ge=1, examples=["512"])
    decoding: dict[str, JsonValue] | None = Field(None, examples=["{temperature: 0}"])
    revision: Text | None = Field(None, examples=["2026-11-01"])
    input_usd_per_mtok: float | None = Field(None, ge=0, examples=["0.15"])
    output_usd_per_mtok: float | None = Field(None, ge=0, examples=["0.60"])
    timeout_s: float | None = Field(None, gt=0, examples=["60"])
    connect_timeout_s: float | None = Field(None, gt=0, examples=["10"])
    read_timeout_s: float | None = Field(None, gt=0, examples=["60"])
    max_in_flight: int | None = Field(None, ge=1, le=512, examples=["16"])
    requests_per_minute: float | None = Field(None, ge=0, examples=["500"])
    tokens_per_minute: float | None = Field(None, ge=0, examples=["200000"])
    members: list[Name] | None = Field(
        None, min_length=2, max_length=MAX_MEMBERS, examples=["[judge, local]"]
    )
    combine: Combine | None = Field(None, examples=["median"])

    @model_validator(mode="after")
    def _kind_says_what_it_needs(self) -> Self:
        given = [key for key in type(self).model_fields if key != "name" and getattr(self, key) is not None]
        if self.kind is None and given:
            raise rule_error(
                "missing", f"Say which kind of rater {given[0]} is for, for example kind: hosted.", "kind"
            )
        if self.kind in _KINDS_WITH_MODEL and self.model is None:
            raise rule_error("missing", f"A rater of kind {self.kind} needs a model.", "model")
        if self.kind == "panel" and self.members is None:
            raise rule_error("missing", "Name the raters of the panel: members: [judge, local].", "members")
        if self.kind != "panel" and (found := [key for key in _ONLY_PANELS if key in given]):
            raise rule_error("means nothing but for a panel", "Write kind: panel, or remove it.", found[0])
        if self.examples and self.kind not in _KINDS_WITH_EXAMPLES:
            remedy = f"Only raters of kind {' and '.join(_KINDS_WITH_EXAMPLES)} read them; remove it."
            raise rule_error("means nothing for this kind", remedy, "examples")
        return self
