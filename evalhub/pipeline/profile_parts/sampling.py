"""The documents of a part: all of them, or a sample that is the same each time."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evalhub.core.profile.spread import spread
from evalhub.models import Document, Snapshot
from evalhub.pipeline.kind import Progress
from evalhub.selectors.documents import snapshot_keys

Json = dict[str, Any]
Keys = npt.NDArray[np.int64]

SEED = 20_251_121
PAGE_DOCUMENTS = 500


def sample_keys(keys: Keys, n: int) -> Keys:
    """At most `n` of the keys, the same ones each time, in ascending order."""
    ordered = np.sort(keys)
    if len(keys) <= n:
        return ordered
    return np.sort(np.random.default_rng(SEED).choice(ordered, size=n, replace=False))


def documents(snapshot: Snapshot, keys: Keys | None, progress: Progress) -> Iterator[Document]:
    """Documents one by one, all of them or those of the keys."""
    for page in pages(snapshot, keys, progress):
        yield from page


def pages(snapshot: Snapshot, keys: Keys | None, progress: Progress) -> Iterator[list[Document]]:
    """Documents in pages by key, all of them or those of the keys, each page a finished read."""
    keys = np.sort(snapshot_keys(snapshot)) if keys is None else keys
    for start in range(0, len(keys), PAGE_DOCUMENTS):
        wanted = [int(key) for key in keys[start : start + PAGE_DOCUMENTS]]
        rows = Document.objects.filter(pk__in=wanted).order_by("pk")
        yield list(rows.only("doc_id", "title", "text"))
        progress(min(start + PAGE_DOCUMENTS, len(keys)))


def described(values: Sequence[int]) -> Json | None:
    """How numbers are spread, as JSON types; None where there are none."""
    found = spread(values)
    return found.to_dict() if found else None
