"""The `raters` of a spec: who grades."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from evalhub.spec.parts import Name, Part, Text, rule_error

RaterKind = Literal["hosted", "local-llm", "cross-encoder", "calibrated", "panel", "gold"]
_KINDS_WITH_MODEL = ("hosted", "local-llm", "cross-encoder")


def _http_address(text: str) -> str:
    if not re.match(r"https?://[^\s/]", text):
        raise rule_error("not an http or https address", "Write for example https://api.example.com/v1.")
    return text


def _variable_name(text: str) -> str:
    # The text is not repeated: it may be the key itself.
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        remedy = "Put the key into an environment variable and write its name, for example OPENAI_API_KEY."
        raise rule_error("not the name of an environment variable", remedy)
    return text


Url = Annotated[str, AfterValidator(_http_address)]
VariableName = Annotated[str, AfterValidator(_variable_name)]


class RaterSpec(Part):
    """A rater; a name alone means one that is registered, "default" the shipped one.

    Prices are US dollars for 1,000,000 tokens, `timeout_s` is for one call of a hosted rater.
    """

    name: Name = Field(examples=["judge"])
    kind: RaterKind | None = Field(None, examples=["hosted"])
    model: Text | None = Field(None, examples=["gpt-x"])
    base_url: Url | None = Field(None, examples=["https://api.example.com/v1"])
    api_key_env: VariableName | None = Field(None, examples=["OPENAI_API_KEY"])
    adapter: Text | None = Field(None, examples=["adapters/ours"])
    prompt: Text | None = Field(None, examples=["graded-relevance"])
    embedding_model: Text | None = Field(None, examples=["minilm"])
    evidence: Text | None = Field(None, examples=["all"])
    calibration: Text | None = Field(None, examples=["calibration.json"])
    max_document_tokens: int | None = Field(None, ge=1, examples=["512"])
    decoding: dict[str, JsonValue] | None = Field(None, examples=["{temperature: 0}"])
    revision: Text | None = Field(None, examples=["2026-11-01"])
    input_usd_per_mtok: float | None = Field(None, ge=0, examples=["0.15"])
    output_usd_per_mtok: float | None = Field(None, ge=0, examples=["0.60"])
    timeout_s: float | None = Field(None, gt=0, examples=["60"])
    max_in_flight: int | None = Field(None, ge=1, examples=["16"])

    @model_validator(mode="after")
    def _kind_says_what_it_needs(self) -> Self:
        given = [key for key in type(self).model_fields if key != "name" and getattr(self, key) is not None]
        if self.kind is None and given:
            raise rule_error(
                "missing", f"Say which kind of rater {given[0]} is for, for example kind: hosted.", "kind"
            )
        if self.kind in _KINDS_WITH_MODEL and self.model is None:
            raise rule_error("missing", f"A rater of kind {self.kind} needs a model.", "model")
        return self
