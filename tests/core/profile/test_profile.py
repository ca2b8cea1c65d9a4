"""The counting of profiles, against figures worked by hand and against a slower way."""

import numpy as np
import pytest

from evalhub.core.profile.overlap import COMMON_FROM_DOCUMENTS, OverlapCounter, QueryOverlap
from evalhub.core.profile.similar import MAX_PAIRS, find_similar, share_from
from evalhub.core.profile.spread import spread
from evalhub.core.profile.words import words


def test_words_are_letters_and_digits_in_small_letters() -> None:
    assert words("Die GRÖSSE: 12-mm x_y!") == ["die", "grösse", "12", "mm", "x", "y"]
    assert words("打开 a file") == ["打", "开", "a", "file"]
    assert words("…—") == []


def test_a_spread_of_five_numbers() -> None:
    found = spread([3, 1, 4, 1, 90])
    assert found is not None
    # Sorted 1 1 3 4 90: the third of five is the median, 90 the 95th percentile.
    assert (found.n, found.mean, found.smallest, found.median, found.p95, found.largest) == (
        5,
        19.8,
        1,
        3,
        90,
        90,
    )
    # 91 values in 30 bins need a width of 5.
    assert found.bins[0] == (0, 5, 4)
    assert found.bins[-1] == (90, 95, 1)
    assert sum(n for _, _, n in found.bins) == 5


def test_the_last_bin_takes_the_tail() -> None:
    found = spread([*range(100), 1_000_000])
    assert found is not None
    assert found.bins[-1][1] < 200
    assert sum(n for _, _, n in found.bins) == 101
    assert found.largest == 1_000_000


def test_nothing_has_no_spread() -> None:
    assert spread([]) is None


def test_overlap_by_hand() -> None:
    counter = OverlapCounter(["red apple pie", "green car", "…"])
    for text in ("A red apple, and an apple pie dish", "red car", "blue"):
        counter.add(text)
    pie, car, nothing = counter.result({0: [1, 2], 1: [1]})

    # red, apple and pie are all in the first document; of the relevant, "red car" has 1 of 3 and "blue" none.
    assert pie == QueryOverlap(3, 1.0, 1.0, pytest.approx((1 / 3 + 0) / 2))
    # green is nowhere; car is in the second document, which is relevant.
    assert car == QueryOverlap(2, 0.5, 0.5, 0.5)
    assert nothing == QueryOverlap(0, None, None, None)


def test_words_that_a_tenth_of_the_documents_use_do_not_count() -> None:
    counter = OverlapCounter(["the quasar", "the"])
    for number in range(COMMON_FROM_DOCUMENTS):
        counter.add("the quasar" if number == 7 else "the rest")
    both, common = counter.result({0: [8]})

    assert both == QueryOverlap(1, 1.0, 1.0, 0.0)
    assert common == QueryOverlap(0, None, None, None)


def test_overlap_without_documents_finds_nothing() -> None:
    assert OverlapCounter(["red"]).result({}) == [QueryOverlap(1, 0.0, 0.0, None)]


def test_nearest_neighbours_by_hand() -> None:
    # Two equal vectors, one at 60 degrees of them, one at a right angle to all.
    vectors = np.array([[1, 0, 0], [1, 0, 0], [0.5, 3**0.5 / 2, 0], [0, 0, 1]], dtype=np.float32)
    places = np.arange(4)
    found = find_similar((places, vectors), [(places, vectors)], np.array([1, 2, 3, 4], np.uint64), floor=0.5)

    assert (found.bins[100], found.bins[50], found.bins[0], sum(found.bins)) == (2, 1, 1, 4)
    assert found.pairs == ((1.0, 0, 1), (0.5, 0, 2), (0.5, 1, 2))
    assert share_from(found.bins, 100) == 0.5
    assert share_from(found.bins, 50) == 0.75
    assert share_from([0] * 101, 50) is None


def test_equal_texts_are_near_but_no_pair() -> None:
    vectors = np.array([[1, 0], [1, 0]], dtype=np.float32)
    places = np.arange(2)
    found = find_similar((places, vectors), [(places, vectors)], np.array([7, 7], np.uint64), floor=0.5)

    assert found.bins[100] == 2
    assert found.pairs == ()


def test_a_single_document_has_no_neighbour() -> None:
    one = (np.zeros(1, np.int64), np.ones((1, 2), np.float32))
    assert sum(find_similar(one, [one], np.zeros(1, np.uint64), floor=0.5).bins) == 0


def test_a_sample_over_blocks_finds_what_brute_force_finds() -> None:
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(300, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    places = np.arange(300)
    sample = np.sort(rng.choice(300, size=40, replace=False))
    blocks = [(places[part], vectors[part]) for part in (slice(100, 300), slice(0, 100))]
    found = find_similar((sample, vectors[sample]), blocks, places.astype(np.uint64), floor=0.9)

    products = np.round(vectors[sample] @ vectors.T, 4)
    products[np.arange(40), sample] = -1
    expected = np.clip(np.floor(products.max(axis=1) * 100 + 1e-3), 0, 100).astype(int)
    assert found.bins == tuple(np.bincount(expected, minlength=101))
    pairs = {
        (*sorted((int(sample[row]), int(other))), float(products[row, other]))
        for row, other in zip(*np.nonzero(products >= 0.9), strict=True)
    }
    best = sorted(pairs, key=lambda pair: (-pair[2], pair[:2]))[:MAX_PAIRS]
    assert len(pairs) > MAX_PAIRS
    assert [pair[0] for pair in found.pairs] == pytest.approx([pair[2] for pair in best], abs=1e-4)
