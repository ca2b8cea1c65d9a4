"""What a collection is like: how rare each word is, how long a document, and a sample of documents."""

import hashlib
import heapq
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from evalhub.core.digest import content_digest, text_digest
from raters.calibrated.encoder_types import Encoded, Vectors
from raters.calibrated.terms import words

FORMAT = "evalhub-corpus-statistics-1"
MAX_TERMS = 500_000
N_BACKGROUND = 256
_SAMPLE_CHARS = 4_000


class UnableToReadStatistics(ValueError):
    """A file holds no statistics, or those of another format; the message names file and remedy."""


class DocumentEncoder(Protocol):
    """What turns texts into vectors; see `raters.calibrated.encoder.TextEncoder`."""

    revision: str

    def encode_queries(self, queries: Sequence[str]) -> list[Encoded]:
        """Encode queries."""
        ...

    def encode_documents(self, documents: Sequence[tuple[str, str]]) -> list[Encoded]:
        """Encode (title, text) pairs."""
        ...


@dataclass(frozen=True, slots=True)
class CorpusStatistics:
    """A collection, as a rater of single pairs needs to know it.

    Attributes:
        n_documents: N of BM25.
        average_length: words per document.
        frequencies: documents that hold a term, by folded term; rare terms of huge collections are missing.
        unseen_frequency: what a missing term counts as: 0, or the bound below which terms were dropped.
        sample: (title, text) of a random sample of documents, which says what similarity means nothing.
        sample_passages: per sampled document float32 (n_passages, dim); empty without an encoder.
        encoder_revision: digest of the weights that made the vectors; "" without an encoder.
        source: the caller's name of what they were collected from, kept in the file; "" for none.
    """

    n_documents: int
    average_length: float
    frequencies: Mapping[str, int]
    unseen_frequency: int
    sample: tuple[tuple[str, str], ...]
    sample_passages: tuple[Vectors, ...] = ()
    encoder_revision: str = ""
    source: str = ""
    _digest: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def digest(self) -> str:
        """Digest the content, not the sample's vectors: those follow from its texts and the encoder."""
        if not self._digest:
            terms = text_digest(*(f"{term}\t{count}" for term, count in sorted(self.frequencies.items())))
            sample = text_digest(*(text for pair in self.sample for text in pair))
            self._digest.append(
                content_digest(
                    {
                        "format": FORMAT,
                        "n_documents": self.n_documents,
                        "average_length": self.average_length,
                        "unseen_frequency": self.unseen_frequency,
                        "terms": terms,
                        "sample": sample,
                        "encoder": self.encoder_revision,
                    }
                )
            )
        return self._digest[0]

    @classmethod
    def collect(
        cls,
        documents: Iterable[tuple[str, str]],
        encoder: DocumentEncoder | None = None,
        *,
        max_terms: int = MAX_TERMS,
    ) -> "CorpusStatistics":
        """Read (title, text) of every document once.

        Memory holds at most 2 * `max_terms` terms and the sample, whatever the collection's size. The
        result depends on the order of documents only where terms had to be dropped.

        Raises:
            ValueError: there is no document.
        """
        count, total, dropped = 0, 0, 0
        frequencies: Counter[str] = Counter()
        sample = _Sample(N_BACKGROUND)
        for title, text in documents:
            found = words(f"{title} {text}")
            count, total = count + 1, total + len(found)
            frequencies.update(set(found))
            sample.offer(title, text)
            if len(frequencies) > 2 * max_terms:
                frequencies, bound = _most_frequent(frequencies, max_terms)
                dropped = max(dropped, bound)
        if not count:
            raise ValueError("a collection without documents has no statistics; add documents first")
        if len(frequencies) > max_terms:
            frequencies, bound = _most_frequent(frequencies, max_terms)
            dropped = max(dropped, bound)
        pairs = sample.pairs()
        encoded = encoder.encode_documents(pairs) if encoder else []
        return cls(
            n_documents=count,
            average_length=max(1.0, total / count),
            frequencies=dict(frequencies),
            unseen_frequency=dropped,
            sample=tuple(pairs),
            sample_passages=tuple(_half(one.passages) for one in encoded),
            encoder_revision=encoder.revision if encoder else "",
        )

    @property
    def identity(self) -> str:
        """What a rater's spec records: the source where there is one, else the digest."""
        return self.source or self.digest

    def save(self, path: Path, *, source: str = "") -> None:
        """Write one safetensors file.

        Args:
            source: digest of what decides the content, where that is known before anything is collected.
        """
        terms = sorted(self.frequencies)
        tensors: dict[str, np.ndarray] = {
            "terms": np.frombuffer("\n".join(terms).encode(), dtype=np.uint8),
            "frequencies": np.array([self.frequencies[term] for term in terms], dtype=np.int64),
            **_stacked("passages", self.sample_passages),
        }
        about = {
            "format": FORMAT,
            "n_documents": str(self.n_documents),
            "average_length": repr(self.average_length),
            "unseen_frequency": str(self.unseen_frequency),
            "sample": json.dumps(self.sample, ensure_ascii=True),
            "encoder_revision": self.encoder_revision,
            "source": source or self.source,
        }
        save_file(tensors, path, metadata=about)

    @classmethod
    def load(cls, path: Path) -> "CorpusStatistics":
        """Read what `save` wrote.

        Raises:
            UnableToReadStatistics: there is no such file, or it is something else.
        """
        try:
            with safe_open(path, framework="numpy") as file:
                about = file.metadata() or {}
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # no mapping
        except (OSError, SafetensorError) as error:
            raise UnableToReadStatistics(
                f"{path}: {error}; collect the collection's statistics again"
            ) from error
        if about.get("format") != FORMAT:
            raise UnableToReadStatistics(
                f"{path}: format {about.get('format')!r} where {FORMAT!r} is read; "
                "collect the collection's statistics again"
            )
        terms = tensors["terms"].tobytes().decode().split("\n") if tensors["terms"].size else []
        return cls(
            n_documents=int(about["n_documents"]),
            average_length=float(about["average_length"]),
            frequencies=dict(zip(terms, tensors["frequencies"].tolist(), strict=True)),
            unseen_frequency=int(about["unseen_frequency"]),
            sample=tuple((title, text) for title, text in json.loads(about["sample"])),
            sample_passages=_unstacked("passages", tensors),
            encoder_revision=about["encoder_revision"],
            source=about.get("source", ""),
        )


class _Sample:
    """The documents with the smallest digests: random, and the same in whatever order they come."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: list[tuple[int, str, str]] = []
        self._seen: set[int] = set()

    def offer(self, title: str, text: str) -> None:
        place = -int.from_bytes(hashlib.sha256(f"{title}\n{text}".encode("utf-8", "replace")).digest()[:8])
        if place in self._seen or (len(self._kept) == self._size and place < self._kept[0][0]):
            return
        entry = (place, title[:_SAMPLE_CHARS], text[:_SAMPLE_CHARS])
        self._seen.add(place)
        if len(self._kept) < self._size:
            heapq.heappush(self._kept, entry)
        else:
            self._seen.discard(heapq.heappushpop(self._kept, entry)[0])

    def pairs(self) -> list[tuple[str, str]]:
        return [(title, text) for _, title, text in sorted(self._kept, reverse=True)]


def _most_frequent(frequencies: Counter[str], n: int) -> tuple[Counter[str], int]:
    """Keep n terms; return them and the highest frequency that was dropped."""
    ordered = sorted(frequencies.items(), key=lambda item: (-item[1], item[0]))
    return Counter(dict(ordered[:n])), ordered[n][1]


def _half(vectors: Vectors) -> Vectors:
    """Round as the file stores it, so that fresh and loaded statistics say the same."""
    return vectors.astype(np.float16).astype(np.float32)


def _stacked(name: str, parts: tuple[Vectors, ...]) -> dict[str, np.ndarray]:
    if not parts:
        return {}
    return {
        name: np.concatenate(parts).astype(np.float16),
        f"{name}_counts": np.array([len(part) for part in parts], dtype=np.int64),
    }


def _unstacked(name: str, tensors: Mapping[str, np.ndarray]) -> tuple[Vectors, ...]:
    if name not in tensors:
        return ()
    ends = np.cumsum(tensors[f"{name}_counts"])[:-1]
    return tuple(np.split(tensors[name].astype(np.float32), ends))
