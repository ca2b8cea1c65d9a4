import pytest

from evalhub.core.measures import MeasureName, UnknownMeasure, parse_measure


@pytest.mark.parametrize("name", ["PWAS@10", "nDCG@10", "recall@100", "RR@10", "AP@100", "P@5", "judged@1"])
def test_name_goes_through_unchanged(name: str) -> None:
    parsed = parse_measure(name)

    assert str(parsed) == name
    assert parsed.family == name.split("@")[0]


def test_r_is_recall() -> None:
    assert parse_measure("R@100") == MeasureName("recall", 100)


def test_unknown_measure_names_the_offered_ones_and_the_nearest() -> None:
    with pytest.raises(UnknownMeasure) as error:
        parse_measure("ndgc@10")

    assert str(error.value) == (
        'unknown measure "ndgc@10"; offered are PWAS@k, nDCG@k, recall@k, RR@k, AP@k, P@k, judged@k.'
        ' Did you mean "nDCG"?'
    )


@pytest.mark.parametrize("name", ["nDCG", "nDCG@", "nDCG@0", "nDCG@-1", "nDCG@1.5", "nDCG@ten", "nDCG@10@5"])
def test_cutoff_must_be_a_whole_number_from_one(name: str) -> None:
    with pytest.raises(UnknownMeasure, match='after the @, as in "nDCG@10"'):
        parse_measure(name)
