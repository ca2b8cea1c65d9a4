"""From an EncoderSpec to an encoder with its weights in memory."""

from collections.abc import Sequence

from indexing.catalogue import WORDLLAMA, model_revision, weights_path
from indexing.encoders.base import Encoded, Encoder, TextEncoder
from indexing.spec import EncoderSpec, InvalidSpec


class WeightsChanged(RuntimeError):
    """The files on disk are not the ones that the spec's revision names."""


class TwoSidedEncoder:
    """Documents through one model and queries through another, or the same, each with its prompt."""

    def __init__(self, spec: EncoderSpec, documents: TextEncoder, queries: TextEncoder) -> None:
        if documents.dimension != queries.dimension:
            raise InvalidSpec(
                "embedding_model.query_model",
                f"{spec.query_model} gives {queries.dimension} dimensions, {spec.model} "
                f"{documents.dimension}. Choose two models of one family, which share a vector space.",
            )
        self._spec = spec
        self._documents = documents
        self._queries = queries

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._documents.dimension

    def encode_documents(self, texts: Sequence[str]) -> Encoded:
        """Encode as documents."""
        return self._documents.encode(texts, prompt=self._spec.document_prompt)

    def encode_queries(self, texts: Sequence[str]) -> Encoded:
        """Encode as queries."""
        return self._queries.encode(texts, prompt=self._spec.query_prompt)


def load_encoder(spec: EncoderSpec, *, device: str = "cpu", threads: int | None = None) -> Encoder:
    """Load the weights that a spec names, from this machine only, never from pickles.

    Args:
        spec: as `resolve_encoder` returned it.
        device: a torch device; never chosen by what the machine has.
        threads: torch threads of the whole process; None leaves them as they are.

    Raises:
        UnknownEmbeddingModel: the model is not on this machine.
        WeightsChanged: the files are not those of `spec.revision`.
        InvalidSpec: `max_tokens` or `query_model` does not fit the model.
    """
    documents = _load_side(spec, spec.model, spec.revision, device, threads)
    if spec.query_model is None or spec.query_revision is None:
        return TwoSidedEncoder(spec, documents, documents)
    queries = _load_side(spec, spec.query_model, spec.query_revision, device, threads)
    return TwoSidedEncoder(spec, documents, queries)


def _load_side(spec: EncoderSpec, model: str, revision: str, device: str, threads: int | None) -> TextEncoder:
    found = model_revision(model)
    if found != revision:
        raise WeightsChanged(
            f"embedding_model.revision: the files in {weights_path(model)} are {found}, but this model was "
            f"registered as {revision}. Put those weights back, or register the model again as a new one."
        )
    # Imported here because one provider's libraries are seconds of start and need not be installed for
    # the other.
    if spec.provider == WORDLLAMA:
        from indexing.encoders.wordllama import WordLlamaEncoder

        return WordLlamaEncoder(weights_path(model), max_tokens=spec.max_tokens)
    from indexing.encoders.sentence_transformers import SentenceTransformersEncoder

    return SentenceTransformersEncoder(
        weights_path(model), max_tokens=spec.max_tokens, device=device, threads=threads
    )
