from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from indexing.encoders.base import Encoded
from indexing.encoders.loading import TwoSidedEncoder, WeightsChanged, load_encoder
from indexing.registry import resolve_encoder
from indexing.spec import InvalidSpec


class OneSize:
    """Stands in for a model of any dimension."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension

    def encode(self, texts: Sequence[str], *, prompt: str) -> Encoded:
        return Encoded(np.zeros((len(texts), self.dimension), dtype=np.float32), 0, 0)


def test_two_models_without_a_common_space_are_refused() -> None:
    spec = replace(resolve_encoder("minilm"), query_model="small", query_revision="sha256:cc")

    with pytest.raises(InvalidSpec, match="small gives 3 dimensions, minilm 4"):
        TwoSidedEncoder(spec, OneSize(4), OneSize(3))


def test_changed_weights_are_not_loaded() -> None:
    spec = replace(resolve_encoder("wordllama"), revision="sha256:aa")

    with pytest.raises(WeightsChanged, match=r"registered as sha256:aa\. Put those weights back"):
        load_encoder(spec)
