"""Batches of an epoch."""

from raters.tuning.batching import epoch_batches

LENGTHS = [5, 0, 9, 3, 7, 4, 8]


def test_every_pair_that_fits_comes_once() -> None:
    batches = epoch_batches(LENGTHS, 2, seed=0, epoch=1)

    assert sorted(index for batch in batches for index in batch) == [0, 2, 3, 4, 5, 6]
    assert all(len(batch) <= 2 for batch in batches)


def test_pairs_of_like_length_are_together() -> None:
    batches = epoch_batches(LENGTHS, 2, seed=0, epoch=1)

    assert sorted(sorted(LENGTHS[i] for i in batch) for batch in batches) == [[3, 4], [5, 7], [8, 9]]


def test_an_epoch_may_draw_some_and_each_draws_anew() -> None:
    drawn = [
        sorted(i for batch in epoch_batches([1] * 50, 4, seed=0, epoch=epoch, epoch_pairs=10) for i in batch)
        for epoch in (1, 1, 2)
    ]

    assert len(set(drawn[0])) == 10
    assert drawn[0] == drawn[1] != drawn[2]
