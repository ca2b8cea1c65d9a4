"""From ticked models, kinds, dimensions and dtypes to one system for each combination."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from evalhub.dashboard.launch.form import FULL, Sweep
from evalhub.spec.campaign import MAX_SYSTEMS
from indexing.catalogue import REGISTERED

EXACT, F32 = "exact", "f32"


@dataclass(frozen=True, slots=True)
class Combination:
    """A system to be.

    Attributes:
        dimension: None for the model's own; text where what was typed is no number.
        name: what it is called, as typed or else as its parts.
    """

    key: str
    model: str
    kind: str
    dimension: int | str | None
    dtype: str
    name: str
    is_used: bool

    def entry(self) -> dict[str, Any]:
        """The system as a spec describes it, without what goes without saying."""
        index = {"kind": self.kind, "dimension": self.dimension, "dtype": self.dtype}
        told = {key: value for key, value in index.items() if value is not None}
        return {"name": self.name, "embedding_model": self.model, "index": told}

    @property
    def description(self) -> str:
        """What its parts are, in words."""
        known = REGISTERED.get(self.model)
        whole = f"all {known.dimension} dimensions" if known else "all dimensions"
        size = whole if self.dimension is None else f"{self.dimension} dimensions"
        return f"{self.model}, {size}, {self.kind}, {self.dtype}"


def combinations(sweep: Sweep) -> list[Combination]:
    """One for each combination, each once, in the order of the choices; at most one more than is allowed."""
    found: dict[str, Combination] = {}
    for parts in islice(product(*_axes(sweep)), (MAX_SYSTEMS + 1) * 4):
        model, kind, written, dtype = parts
        dimension = _dimension(model, written)
        key = "/".join((model, kind, str(dimension or FULL), dtype))
        name = sweep.names.get(key, "").strip() or default_name(model, kind, dimension, dtype)
        found[key] = Combination(key, model, kind, dimension, dtype, name, key not in sweep.left_out)
    return list(found.values())[: MAX_SYSTEMS + 1]


def default_name(model: str, kind: str, dimension: int | str | None, dtype: str) -> str:
    """Model and dimension, then what is not usual: `minilm-384`, `wordllama-64-hnsw-i8`."""
    known = REGISTERED.get(model)
    size = dimension or (known.dimension if known else None)
    unusual = [part for part, usual in ((kind, EXACT), (dtype, F32)) if part != usual]
    stem = re.split(r"[/\\]", model.rstrip("/"))[-1]
    return "-".join([stem, *([str(size)] if size else []), *unusual])[:100]


def models_of(sweep: Sweep) -> list[str]:
    """Ticked models, then those written by name, each once."""
    written = re.split(r"[\s,]+", sweep.other_models)
    return [model for model in dict.fromkeys([*sweep.models, *written]) if model]


def _axes(sweep: Sweep) -> Iterator[list[str]]:
    yield models_of(sweep)
    yield sweep.kinds or [EXACT]
    written = [part for part in re.split(r"[\s,]+", sweep.other_dimensions) if part]
    yield list(dict.fromkeys([*sweep.dimensions, *written])) or [FULL]
    yield sweep.dtypes or [F32]


def _dimension(model: str, written: str) -> int | str | None:
    """A model that has no more dimensions than that is not cut."""
    if written == FULL or not written.isdecimal():
        return None if written == FULL else written
    dimension = int(written[:9])
    known = REGISTERED.get(model)
    return None if known and dimension >= known.dimension else dimension
