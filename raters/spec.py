"""Everything about a rater that must be written down, and its digest; light enough for a web process."""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

from evalhub.core.digest import JsonValue, content_digest
from raters.fields import (
    Scalar,
    UnableToResolveRater,
    check_known,
    read_api_key,
    read_api_key_env,
    read_base_url,
    read_choice,
    read_decoding,
    read_integer,
    read_number,
    read_text,
)
from raters.protocol import Usage
from raters.rubric import Prompt, parse_prompt
from raters.spec_parts import (
    DEFAULT_PROMPT,
    read_adapter,
    read_kind,
    read_learned,
    read_model,
    read_prompt,
    read_training,
)

DEFAULT_DOCUMENT_TOKENS = {
    "hosted": 4_000,
    "local-llm": 256,
    "cross-encoder": 256,
    "calibrated": 768,
    "panel": 1,
    "gold": 1,
    "imported": 1,
}
# Raised whenever code changes what a kind of rater says about the same pair under the same spec.
CODE_VERSIONS = {
    "hosted": 2,
    "local-llm": 1,
    "cross-encoder": 1,
    "calibrated": 1,
    "panel": 1,
    "gold": 1,
    "imported": 1,
}
# They ask nobody: grades are there, and a panel's members are raters of their own.
LOOKED_UP = frozenset({"gold", "imported", "panel"})
MAX_IN_FLIGHT = 512
# What a calibrated rater may look at; "lexical" judges embedding models without using one.
EVIDENCE = ("all", "lexical")
# The rater that ships, for a newcomer without an API key.
SHIPPED = {"default": {"kind": "calibrated", "prompt": DEFAULT_PROMPT}}

_COMMON = {"name", "kind", "prompt"}
_FIELDS = {
    "hosted": _COMMON
    | {"model", "revision", "base_url", "api_key", "api_key_env", "decoding", "max_document_tokens"}
    | {
        "input_usd_per_mtok",
        "output_usd_per_mtok",
        "max_in_flight",
        "requests_per_minute",
        "tokens_per_minute",
    }
    | {"connect_timeout_s", "read_timeout_s", "timeout_s"},
    "local-llm": _COMMON | {"model", "adapter", "decoding", "max_document_tokens"},
    "cross-encoder": _COMMON | {"model", "decoding", "max_document_tokens"},
    "calibrated": _COMMON | {"embedding_model", "evidence"},
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
        api_key: the name under which the key is stored, where it is not in the environment (`api_key_env`).
        evidence: what a calibrated rater looks at: "all", or "lexical" without any embedding model (`model`).
        learned: of a calibrated rater, the model itself; see `raters.calibrated.model.CalibratedModel`.
        statistics: of a calibrated rater, the digest of the collection's statistics; "" before it is known
            which collection is rated.
        combine: of a panel, the rule; one of `raters.panel.RULES`.
        members: of a panel, the members' digests by their names.
        adapter: of a local LLM, the folder of a LoRA adapter to merge into its weights; "" for none.
        adapter_revision: the digest of that folder.
        training: what a rater learnt from; see `raters.manifest`. It is no part of the digest, since the
            digests of weights and of members cover it.
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
    evidence: str = ""
    learned: Mapping[str, object] = field(default_factory=dict)
    statistics: str = ""
    combine: str = ""
    members: Mapping[str, str] = field(default_factory=dict)
    adapter: str = ""
    adapter_revision: str = ""
    training: Mapping[str, object] = field(default_factory=dict)
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 60.0
    requests_per_minute: float = 0.0
    tokens_per_minute: float = 0.0
    api_key: str = ""

    @property
    def rubric(self) -> Prompt:
        """The checked prompt."""
        return parse_prompt(self.prompt, source=f"prompt of rater {self.name!r}")

    @property
    def digest(self) -> str:
        """Digest what changes a grade: not keys, prices, limits, names or where weights lie."""
        is_local = self.kind in {"local-llm", "cross-encoder", "calibrated"}
        # Other kinds' digests are in databases, without these keys.
        learned = {"evidence": self.evidence, "learned": self.learned, "statistics": self.statistics}
        return content_digest(
            {
                **(cast(dict[str, JsonValue], learned) if self.kind == "calibrated" else {}),
                **({"adapter": self.adapter_revision} if self.adapter_revision else {}),
                "kind": self.kind,
                "code": CODE_VERSIONS[self.kind],
                "model": "" if is_local else self.model,
                "revision": self.revision,
                "base_url": self.base_url,
                "prompt": self.rubric.digest,
                "decoding": dict(self.decoding),
                "max_document_tokens": self.max_document_tokens,
                **self._combination(),
            }
        )

    def to_dict(self) -> dict[str, object]:
        """Return JSON types that `from_dict` takes back."""
        mappings = {name: dict(getattr(self, name)) for name in ("decoding", "learned", "training")}
        return {**asdict(self), **mappings}

    def _combination(self) -> dict[str, JsonValue]:
        """What a panel is, whatever its members are called and in whichever order."""
        if self.kind != "panel":
            return {}
        # The rubric is shown to people; what grades by it are the members.
        return {"combine": self.combine, "members": [*sorted(self.members.values())], "prompt": ""}

    def for_collection(self, statistics: str) -> "RaterSpec":
        """Return the version of a calibrated rater for one collection; other kinds know no collection.

        Args:
            statistics: `raters.calibrated.statistics.CorpusStatistics.identity`.
        """
        return replace(self, statistics=statistics) if self.kind == "calibrated" else self

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> "RaterSpec":
        """Read what `to_dict` wrote.

        Raises:
            UnableToResolveRater: an unknown or missing field.
        """
        check_known(stored, [one.name for one in fields(cls)])
        for one in fields(cls):
            is_needed = one.default is MISSING and one.default_factory is MISSING
            if is_needed and one.name not in stored:
                raise UnableToResolveRater(one.name, "missing; store the whole of what to_dict() returns")
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
    kind = read_kind(mapping)
    if kind == "panel":
        raise UnableToResolveRater("kind", "a panel is made of raters; use raters.panel_spec.resolve_panel")
    if kind == "imported":
        raise UnableToResolveRater(
            "kind",
            "its grades are imported, with: evalhub rater import NAME FILE; then give its name alone",
        )
    check_known(mapping, _FIELDS[kind])
    prompt = read_prompt(mapping, base_dir)
    evidence = read_choice(mapping, "evidence", EVIDENCE, "all") if kind == "calibrated" else ""
    model, revision = read_model(mapping, kind, base_dir, evidence)
    base_url = read_base_url(mapping) if kind == "hosted" else ""
    adapter, adapter_revision = read_adapter(mapping, base_dir)
    return RaterSpec(
        name=name,
        kind=kind,
        model=model,
        revision=revision,
        prompt=prompt.text,
        base_url=base_url,
        api_key=read_api_key(mapping) if kind == "hosted" else "",
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
        evidence=evidence,
        learned=read_learned(evidence) if evidence else {},
        adapter=adapter,
        adapter_revision=adapter_revision,
        training=read_training(kind, model, adapter),
    )
