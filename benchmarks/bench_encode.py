"""Encoding throughput against SentenceTransformer.encode: same model, texts, process and threads.

The texts are docstrings of the standard library; the library runs with its defaults (batch_size=32).
Prints medians and, as the last line, its time over ours: goal at least 1.0.
"""

import importlib
import inspect
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
from sentence_transformers import SentenceTransformer

from indexing.encoders.loading import load_encoder
from indexing.registry import resolve_encoder, weights_path

MODULES = ("argparse", "collections", "decimal", "email.message", "functools", "json", "logging", "os")
TEXTS, ROUNDS = 800, 5


def docstrings() -> Iterator[str]:
    """Yield the docstrings of public classes, functions and methods, in a fixed order."""
    for module in map(importlib.import_module, MODULES):
        for _, member in sorted(inspect.getmembers(module), key=lambda pair: pair[0]):
            inner = inspect.getmembers(member, callable) if inspect.isclass(member) else []
            for thing in (member, *(method for _, method in inner)):
                text = inspect.getdoc(thing) if callable(thing) else None
                if text:
                    yield text


def seconds(call: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    texts = list(dict.fromkeys(docstrings()))[:TEXTS]
    encoder = load_encoder(resolve_encoder("minilm"))
    library = SentenceTransformer(str(weights_path("minilm")), device="cpu", local_files_only=True)
    mine = encoder.encode_documents(texts)
    np.testing.assert_allclose(mine.vectors, library.encode(texts, batch_size=32), atol=1e-6)

    rounds = [
        (
            seconds(lambda: encoder.encode_documents(texts)),
            seconds(lambda: library.encode(texts, batch_size=32)),
        )
        for _ in range(ROUNDS)
    ]
    ours, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"{len(texts)} texts, {mine.n_tokens} tokens, median of {ROUNDS} alternating rounds")
    print(f"indexing.encoders              {ours:.2f} s  {mine.n_tokens / ours:,.0f} tokens/s")
    print(f"SentenceTransformer.encode     {theirs:.2f} s  {mine.n_tokens / theirs:,.0f} tokens/s")
    print(f"ratio library/ours: {statistics.median(b / a for a, b in rounds):.2f} (higher is better)")


if __name__ == "__main__":
    main()
