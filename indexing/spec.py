"""What an encoder is and what an index is, as plain values that the web process can load too."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, NamedTuple, Self, get_args

from evalhub.core.digest import content_digest
from evalhub.core.suggest import did_you_mean

Dtype = Literal["f32", "f16", "bf16", "i8", "b1"]
Kind = Literal["exact", "hnsw"]

# Part of every encoder digest: raise it when a release changes how vectors are computed.
ENCODING_VERSION = 1
# Part of every index digest: raise it when a release changes what is found.
SEARCHING_VERSION = 1

# Chosen for recall at depth 100 over speed: USearch's own 16, 128 and 64 lose some of the last ranks.
HNSW_DEFAULTS = {"connectivity": 32, "expansion_add": 200, "expansion_search": 200}
HNSW_MINIMUM = {"connectivity": 2, "expansion_add": 1, "expansion_search": 1}


class InvalidSpec(ValueError):
    """A field of a spec is wrong; the message names it and says what to write instead."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


class HnswParameters(NamedTuple):
    """The three USearch parameters (Malkov and Yashunin's M, efConstruction and ef)."""

    connectivity: int
    expansion_add: int
    expansion_search: int


def check_names(owner: str, given: Mapping[str, object], allowed: tuple[str, ...]) -> None:
    """Raise InvalidSpec for the first name that is not allowed, with the nearest that is."""
    for name in given:
        if name not in allowed:
            hint = did_you_mean(name, allowed)
            raise InvalidSpec(f"{owner}.{name}", f"unknown field.{hint} Allowed: {', '.join(allowed)}.")


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """Weights, prompts and length limit: everything that decides which vector a text gets.

    `revision` is the digest of the document side's weight and configuration files, `query_revision`
    that of `query_model`; `resolve_encoder` fills in both.
    """

    provider: str
    model: str
    revision: str
    query_model: str | None = None
    query_prompt: str = ""
    document_prompt: str = ""
    max_tokens: int | None = None
    query_revision: str | None = None

    def __post_init__(self) -> None:
        if self.max_tokens is not None:
            _check_count("embedding_model.max_tokens", self.max_tokens, minimum=1)
        if (self.query_model is None) != (self.query_revision is None):
            raise InvalidSpec(
                "embedding_model.query_revision",
                "query_model and query_revision go together; let resolve_encoder fill in the revision.",
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, payload: Mapping[str, Any]) -> Self:
        """Build from `to_dict`'s result. Raises InvalidSpec for an unknown field."""
        check_names("embedding_model", payload, tuple(field.name for field in fields(cls)))
        return cls(**payload)

    @property
    def digest(self) -> str:
        """Equal for specs that give equal vectors: names and folders do not count, weights do."""
        return content_digest(
            {
                "encoding": ENCODING_VERSION,
                "provider": self.provider,
                "document": [self.revision, self.document_prompt],
                "query": [self.query_revision or self.revision, self.query_prompt],
                "max_tokens": self.max_tokens,
            }
        )


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """How vectors are searched: exact or HNSW, at a dimension and a dtype.

    `dimension` None is the full one. The HNSW parameters are HNSW_DEFAULTS where left out, and None for
    an exact index. USearch takes no seed: a build in one thread is deterministic without.
    """

    kind: Kind
    dimension: int | None = None
    dtype: Dtype = "f32"
    connectivity: int | None = None
    expansion_add: int | None = None
    expansion_search: int | None = None

    def __post_init__(self) -> None:
        _check_choice("index.kind", self.kind, get_args(Kind))
        _check_choice("index.dtype", self.dtype, get_args(Dtype))
        if self.dimension is not None:
            _check_count("index.dimension", self.dimension, minimum=1)
        for name, default in HNSW_DEFAULTS.items():
            value = getattr(self, name)
            if self.kind == "hnsw":
                # Filled in here so that a default left out and a default spelt out are one index.
                object.__setattr__(self, name, default if value is None else value)
                _check_count(f"index.{name}", getattr(self, name), minimum=HNSW_MINIMUM[name])
            elif value is not None:
                raise InvalidSpec(
                    f"index.{name}", "only an index of kind hnsw has it. Remove it, or set kind: hnsw."
                )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that apply to this kind as JSON values."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, payload: Mapping[str, Any]) -> Self:
        """Build from a mapping such as a campaign spec's `index`. Raises InvalidSpec."""
        check_names("index", payload, tuple(field.name for field in fields(cls)))
        if "kind" not in payload:
            raise InvalidSpec("index.kind", "missing. Write exact or hnsw.")
        return cls(**payload)

    @property
    def digest(self) -> str:
        """Equal for specs that search the same vectors in the same way, defaults spelt out or not."""
        return content_digest({"searching": SEARCHING_VERSION, **self.to_dict()})

    @property
    def hnsw(self) -> HnswParameters:
        """The HNSW parameters. Raises InvalidSpec for an exact index, which has none."""
        if self.connectivity is None or self.expansion_add is None or self.expansion_search is None:
            raise InvalidSpec("index.kind", f"{self.kind} has no HNSW parameters. Set kind: hnsw.")
        return HnswParameters(self.connectivity, self.expansion_add, self.expansion_search)


def _check_choice(field: str, value: object, offered: tuple[str, ...]) -> None:
    if value not in offered:
        hint = did_you_mean(value, offered) if isinstance(value, str) else ""
        raise InvalidSpec(field, f"{value!r} is not offered.{hint} Write one of: {', '.join(offered)}.")


def _check_count(field: str, value: object, *, minimum: int) -> None:
    # bool is an int in Python; `dimension: true` is a slip all the same.
    if not isinstance(value, int) or isinstance(value, bool) or value < minimum:
        raise InvalidSpec(field, f"{value!r} is not a whole number of at least {minimum}.")
