"""The file that ships names every query it learnt from, so that agreement is measured on others."""

import json
from pathlib import Path

import pytest

from evalhub.core.split import part_of
from evalhub.core.trained_on import digests_of_query, trained_on
from raters.calibrated.stored import shipped_training


@pytest.mark.parametrize("collection", ["chorus-electronics", "liveqa-medquad", "scifact", "cranfield"])
def test_training_queries_of_its_collections_are_named_and_held_out_ones_are_not(
    evalhub_data: Path, collection: str
) -> None:
    training = shipped_training()
    named = trained_on({"training": training})
    lines = (evalhub_data / collection / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    held_out = [text for text in texts if part_of(text, seed=training["split_seed"]) == "held-out"]

    assert held_out
    assert not [text for text in held_out if digests_of_query(text) & named]
    assert [text for text in texts if digests_of_query(text) & named]
