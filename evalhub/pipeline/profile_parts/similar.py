"""Documents that are almost the same, by the vectors of one model."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from evalhub.core.profile.similar import find_similar
from evalhub.models import CorpusProfile, Document, Snapshot, VectorSet
from evalhub.pipeline.kind import Progress
from evalhub.pipeline.profile_parts.sampling import SEED, Json, Keys, sample_keys
from evalhub.pipeline.vectors import shards
from evalhub.selectors.documents import snapshot_documents, snapshot_keys
from indexing.blocks import Shard, snapshot_blocks
from indexing.topk import TieOrder

# Products of two vectors: 20,000 documents against each other. Of more, fewer are held against all.
PRODUCTS = 400_000_000
PAIR_FLOOR = 0.8
BLOCK_ROWS = 32_768


def similar_part(profile: CorpusProfile, params: Json, subject: str, progress: Progress) -> Json:
    """How near the nearest other document is, by the vectors of one model."""
    vector_set = VectorSet.objects.select_related("embedding_model").get(pk=int(subject))
    keys = snapshot_keys(profile.snapshot)
    order, n_compared = TieOrder(keys), min(len(keys), max(1, PRODUCTS // max(1, len(keys))))
    compared = order.positions(sample_keys(keys, n_compared))
    vectors = _vectors_at(vector_set, order, compared)
    found = find_similar(
        (compared, vectors),
        _told(snapshot_blocks(shards(vector_set), order, BLOCK_ROWS), progress),
        _text_numbers(profile.snapshot, keys),
        floor=PAIR_FLOOR,
    )
    ids = _doc_ids(keys, [place for _, *pair in found.pairs for place in pair])
    return {
        "name": vector_set.embedding_model.name,
        "n_documents": len(keys),
        "n_of": len(compared),
        "seed": SEED,
        "floor": PAIR_FLOOR,
        "bins": list(found.bins),
        "pairs": [[similarity, *ids[one], *ids[other]] for similarity, one, other in found.pairs],
    }


def _vectors_at(vector_set: VectorSet, order: TieOrder, wanted: Keys) -> npt.NDArray[np.float32]:
    """The vectors of some positions, float32 (n, dimension)."""
    vectors = np.zeros((len(wanted), vector_set.dimension), dtype=np.float32)
    by_position = np.argsort(wanted)
    ordered = wanted[by_position]
    for positions, block in snapshot_blocks(shards(vector_set), order, BLOCK_ROWS):
        places = np.minimum(np.searchsorted(ordered, positions), len(ordered) - 1)
        is_wanted = ordered[places] == positions
        vectors[by_position[places[is_wanted]]] = block[is_wanted]
    return vectors


def _told(blocks: Iterator[Shard], progress: Progress) -> Iterator[Shard]:
    n_done = 0
    for positions, block in blocks:
        yield positions, block
        n_done += len(positions)
        progress(n_done)


def _text_numbers(snapshot: Snapshot, keys: Keys) -> npt.NDArray[np.uint64]:
    """A number per text in the order of `keys`: 64 bits of its digest."""
    rows = snapshot_documents(snapshot).values_list("pk", "digest").iterator(chunk_size=10_000)
    by_key = {key: int(digest[:16], 16) for key, digest in rows}
    return np.array([by_key[int(key)] for key in keys], dtype=np.uint64)


def _doc_ids(keys: Keys, places: Sequence[int]) -> dict[int, tuple[str, int]]:
    """(doc_id, key) by position."""
    rows = Document.objects.filter(pk__in={int(keys[place]) for place in places})
    ids = dict(rows.values_list("pk", "doc_id"))
    return {place: (ids[int(keys[place])], int(keys[place])) for place in places}
