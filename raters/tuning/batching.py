"""Which pairs make a step: random ones of like length, the same for the same seed and epoch."""

from collections.abc import Sequence

import numpy as np

WINDOW = 20  # batches whose pairs are sorted by length together


def epoch_batches(
    lengths: Sequence[int], batch_pairs: int, *, seed: int, epoch: int, epoch_pairs: int = 0
) -> list[list[int]]:
    """Batches of indices; each pair at most once, those of length 0 never.

    Args:
        epoch_pairs: how many pairs are drawn; 0 for all.
    """
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation([index for index, length in enumerate(lengths) if length])
    if epoch_pairs:
        order = order[:epoch_pairs]
    batches: list[list[int]] = []
    for start in range(0, len(order), WINDOW * batch_pairs):
        window = sorted(order[start : start + WINDOW * batch_pairs].tolist(), key=lambda i: (lengths[i], i))
        batches += [window[at : at + batch_pairs] for at in range(0, len(window), batch_pairs)]
    return [batches[place] for place in rng.permutation(len(batches))]
