"""The `systems` of a spec: ways to retrieve."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from evalhub.spec.parts import Name, Part, Text, rule_error

MAX_DIMENSION = 65_536


class EmbeddingModelSpec(Part):
    """An embedding model that need not be registered beforehand.

    Prompts are put before the text; without one the model's own is used, "" means none. So it is with
    the limit of tokens.
    """

    provider: Literal["sentence-transformers", "wordllama"] | None = Field(
        None, examples=["sentence-transformers"]
    )
    model: Text = Field(examples=["intfloat/e5-small-v2"])
    query_prompt: str | None = Field(None, examples=['"query: "'])
    document_prompt: str | None = Field(None, examples=['"passage: "'])
    query_model: Text | None = Field(None, examples=["./models/small-query-encoder"])
    max_tokens: int | None = Field(None, ge=1, examples=["256"])


class IndexSpec(Part):
    """What searches the vectors; without a dimension, at the model's own."""

    kind: Literal["exact", "hnsw"] = Field("exact", examples=["exact"])
    dimension: int | None = Field(None, ge=1, le=MAX_DIMENSION, examples=["384"])
    dtype: Literal["f32", "f16", "bf16", "i8", "b1"] = Field("f32", examples=["f32"])
    connectivity: int | None = Field(None, ge=2, le=1024, examples=["16"])
    expansion_add: int | None = Field(None, ge=1, le=65_536, examples=["128"])
    expansion_search: int | None = Field(None, ge=1, le=65_536, examples=["64"])

    @model_validator(mode="after")
    def _graph_keys_need_a_graph(self) -> Self:
        if self.kind != "hnsw":
            for key in ("connectivity", "expansion_add", "expansion_search"):
                if getattr(self, key) is not None:
                    raise rule_error(
                        f"means nothing for an {self.kind} index", "Write kind: hnsw, or remove it.", key
                    )
        return self


def _model_form(value: object) -> str:
    return "name" if isinstance(value, str) else "mapping"


EmbeddingModel = Annotated[
    Annotated[Text, Tag("name")] | Annotated[EmbeddingModelSpec, Tag("mapping")], Discriminator(_model_form)
]


def _default_index(validated: dict[str, Any]) -> IndexSpec | None:
    return None if validated.get("embedding_model") is None else IndexSpec()


class SystemSpec(Part):
    """A way to retrieve: an embedding model with an index, or lists retrieved elsewhere.

    An id means a system that is registered already, such as an uploaded run.
    """

    name: Name = Field(examples=["minilm-384"])
    embedding_model: EmbeddingModel | None = Field(None, examples=["minilm"])
    index: IndexSpec | None = Field(
        default_factory=_default_index, examples=["{kind: exact, dimension: 384, dtype: f32}"]
    )
    run: Text | None = Field(None, examples=["runs/production.trec"])
    id: int | None = Field(None, ge=1, examples=["7"])

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [key for key in ("embedding_model", "run", "id") if getattr(self, key) is not None]
        if len(ways) != 1:
            problem = f"both {ways[0]} and {ways[1]}" if ways else "neither embedding_model nor run"
            raise rule_error(problem, "Give the system exactly one of the two.")
        if self.index is not None and self.embedding_model is None:
            raise rule_error("means nothing beside a run", "Remove it.", "index")
        return self
