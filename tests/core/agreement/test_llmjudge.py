"""The 165 published agreement figures of LLMJudge."""

from pathlib import Path

from benchmarks.reproduce_llmjudge import FIGURES, reproduced


def test_every_published_figure_to_four_decimals(evalhub_data: Path) -> None:
    rows = list(reproduced(evalhub_data / "multirater-llmjudge", is_clipped=True))
    assert len(rows) == 33
    assert {row.pairs.n_pairs for row in rows} == {4_423}
    assert {row.rater: row.agreeing for row in rows} == {row.rater: list(FIGURES) for row in rows}


def test_two_figures_differ_where_off_scale_grades_are_left(evalhub_data: Path) -> None:
    rows = list(reproduced(evalhub_data / "multirater-llmjudge", is_clipped=False))
    differing = {row.rater: sorted(set(FIGURES) - set(row.agreeing)) for row in rows}
    assert {rater: names for rater, names in differing.items() if names} == {
        "RMITIR-llama70B": ["alpha_ordinal", "kappa_4pt"]
    }
