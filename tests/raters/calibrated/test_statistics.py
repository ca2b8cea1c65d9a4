"""Statistics of a collection: counted once, in bounded memory, the same in any order and once loaded."""

import random
from pathlib import Path

import numpy as np
import pytest

from raters.calibrated.statistics import N_BACKGROUND, CorpusStatistics, UnableToReadStatistics
from tests.raters.calibrated.fakes import DOCUMENTS, HashEncoder, small_statistics


def many(n: int) -> list[tuple[str, str]]:
    return [(f"title {i}", f"common word{i} word{i // 2}") for i in range(n)]


def test_counts_by_hand() -> None:
    found = CorpusStatistics.collect([("A pie", "pie pie"), ("", "blue pie"), ("", "")])

    assert found.n_documents == 3
    assert found.average_length == pytest.approx((4 + 2 + 0) / 3)
    assert found.frequencies == {"a": 1, "pie": 2, "blue": 1}


def test_the_order_of_documents_changes_nothing() -> None:
    documents = many(1_000)
    shuffled = random.Random(1).sample(documents, len(documents))

    first, second = CorpusStatistics.collect(documents), CorpusStatistics.collect(shuffled)

    assert first.sample == second.sample
    assert len(first.sample) == N_BACKGROUND
    assert first.digest == second.digest


def test_the_sample_holds_a_text_once() -> None:
    assert len(CorpusStatistics.collect([("a", "b")] * 500).sample) == 1


@pytest.mark.parametrize(
    "other",
    [
        [*DOCUMENTS, ("", "one more")],
        [*DOCUMENTS[:-1], ("Batteries", "An AA battery powers the remote controls!")],
    ],
)
def test_another_collection_has_another_digest(other: list[tuple[str, str]]) -> None:
    assert CorpusStatistics.collect(other).digest != small_statistics().digest


def test_the_embedding_model_is_part_of_the_digest() -> None:
    assert small_statistics(HashEncoder()).digest != small_statistics().digest


def test_rare_terms_are_dropped_when_there_are_too_many() -> None:
    found = CorpusStatistics.collect(many(500), max_terms=50)

    assert len(found.frequencies) == 50
    assert found.frequencies["common"] == 500
    assert found.unseen_frequency >= 1


@pytest.mark.parametrize("encoder", [None, HashEncoder()])
def test_round_trip(tmp_path: Path, encoder: HashEncoder | None) -> None:
    before = small_statistics(encoder)
    before.save(tmp_path / "s.safetensors")
    after = CorpusStatistics.load(tmp_path / "s.safetensors")

    assert after.digest == before.digest
    assert after.frequencies == before.frequencies
    assert after.sample == before.sample
    assert len(after.sample_passages) == len(before.sample_passages)
    for one, other in zip(after.sample_passages, before.sample_passages, strict=True):
        np.testing.assert_array_equal(one, other)


def test_hostile_texts_are_counted_and_kept(tmp_path: Path) -> None:
    hostile = [("", ""), ("\x00\x1b[31m", "a\nb\u202ec"), ("", "x" * 1_000_000), ("", "wörd 東京 😀")]
    before = CorpusStatistics.collect(hostile, HashEncoder())
    before.save(tmp_path / "s.safetensors")

    assert CorpusStatistics.load(tmp_path / "s.safetensors").digest == before.digest


def test_no_document_is_an_error() -> None:
    with pytest.raises(ValueError, match="add documents first"):
        CorpusStatistics.collect([])


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.safetensors"
    with pytest.raises(UnableToReadStatistics, match=r"s\.safetensors.*collect the collection's statistics"):
        CorpusStatistics.load(path)
    path.write_bytes(b"no tensors")
    with pytest.raises(UnableToReadStatistics, match="collect the collection's statistics again"):
        CorpusStatistics.load(path)
