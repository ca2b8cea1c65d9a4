"""Rater against gold labels over pairs of systems."""

from evalhub.core.concordance import Concordance, concordance


def test_only_differences_that_gold_labels_call_count() -> None:
    verdicts = [
        ("better", "better"),  # found
        ("tie", "worse"),  # not found
        ("better", "worse"),  # contradicted
        ("better", "tie"),  # gold calls nothing here
        ("worse", "undefined"),
        ("undefined", "better"),  # not found
    ]
    assert concordance(verdicts) == Concordance(n_gold=4, n_found=1, n_contradicted=1)


def test_the_end_of_the_sentence() -> None:
    assert "contradicts people" in Concordance(3, 2, 1).sentence_end
    assert "as people do" in Concordance(3, 3, 0).sentence_end
    assert "people may still see one" in Concordance(3, 0, 0).sentence_end


def test_the_start_of_the_sentence_counts() -> None:
    assert Concordance(1, 0, 0).sentence_start == "Of the 1 difference"
    assert Concordance(2, 0, 0).sentence_start == "Of the 2 differences"
