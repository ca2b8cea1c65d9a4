"""One system for each combination of what is ticked."""

from evalhub.dashboard.launch.form import FULL, Sweep
from evalhub.dashboard.launch.sweep import combinations, default_name
from evalhub.spec.campaign import MAX_SYSTEMS


def _names(sweep: Sweep) -> list[str]:
    return [row.name for row in combinations(sweep)]


def test_a_model_alone_is_one_system() -> None:
    (row,) = combinations(Sweep(models=["minilm"]))
    assert row.entry() == {
        "name": "minilm-384",
        "embedding_model": "minilm",
        "index": {"kind": "exact", "dtype": "f32"},
    }
    assert row.description == "minilm, all 384 dimensions, exact, f32"


def test_every_combination_is_there_once() -> None:
    sweep = Sweep(
        models=["minilm", "wordllama"], kinds=["exact", "hnsw"], dimensions=[FULL, "64"], dtypes=["i8"]
    )
    assert _names(sweep) == [
        *("minilm-384-i8", "minilm-64-i8", "minilm-384-hnsw-i8", "minilm-64-hnsw-i8"),
        *("wordllama-256-i8", "wordllama-64-i8", "wordllama-256-hnsw-i8", "wordllama-64-hnsw-i8"),
    ]


def test_a_model_without_so_many_dimensions_is_not_cut() -> None:
    sweep = Sweep(models=["minilm", "wordllama"], dimensions=[FULL, "256"])
    assert _names(sweep) == ["minilm-384", "minilm-256", "wordllama-256"]


def test_other_models_and_dimensions_are_read_as_people_write_them() -> None:
    sweep = Sweep(
        models=["minilm"],
        other_models="intfloat/e5-small-v2, minilm",
        dimensions=[],
        other_dimensions="32 96",
    )
    assert _names(sweep) == ["minilm-32", "minilm-96", "e5-small-v2-32", "e5-small-v2-96"]
    (row,) = combinations(Sweep(models=["minilm"], dimensions=["many"]))
    assert row.dimension == "many"  # the spec's own check says what is wrong with it


def test_names_and_what_was_unticked_are_kept() -> None:
    key = "minilm/exact/64/f32"
    sweep = Sweep(models=["minilm"], dimensions=[FULL, "64"], left_out={key}, names={key: "small"})
    assert [(row.name, row.is_used) for row in combinations(sweep)] == [
        ("minilm-384", True),
        ("small", False),
    ]


def test_a_name_that_was_emptied_is_made_again() -> None:
    sweep = Sweep(models=["minilm"], names={"minilm/exact/full/f32": " "})
    assert _names(sweep) == ["minilm-384"]


def test_what_nobody_could_read_is_not_made() -> None:
    dimensions = [str(number) for number in range(1, 5000)]
    assert len(combinations(Sweep(models=["minilm"], dimensions=dimensions))) == MAX_SYSTEMS + 1


def test_a_long_name_is_cut_to_what_a_spec_takes() -> None:
    assert len(default_name("x" * 300, "exact", None, "f32")) == 100
