"""Every agreement figure that two scales allow, by name, and what may be said of the scales."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from evalhub.core.agreement.alpha import alpha_of_pairs
from evalhub.core.agreement.auc import auc, query_auc
from evalhub.core.agreement.bias import bias_in_gains, bias_in_grades
from evalhub.core.agreement.calibration import Calibration, expected_calibration, grade_calibration
from evalhub.core.agreement.confusion import accuracy, majority_baseline
from evalhub.core.agreement.figure import Figure, difference, estimate
from evalhub.core.agreement.kappa import binary_kappa, kappa
from evalhub.core.agreement.pairs import GradedPairs
from evalhub.core.agreement.repeats import exact_repeats, repeat_distance
from evalhub.selectors.rater_pairs import Collected

MOST_TAGS = 30
BY_TAG = ("accuracy", "majority_baseline", "kappa_quadratic", "bias_gains", "auc>=1")

Json = dict[str, Any]
Thresholds = Sequence[tuple[int, int]]
"""(lowest grade of the rater that counts as 1, lowest grade of the reference that does)."""


def figures_of(
    collected: Collected,
    rater_max: int,
    reference_max: int,
    thresholds: Thresholds,
    places: Sequence[int] | None = None,
) -> dict[str, Figure]:
    """The figures by name, over all pairs or those at `places`.

    Args:
        collected: the pairs.
        rater_max, reference_max: G of each scale. Where they differ only what needs no common scale is
            there: figures on gains, and kappas of stated thresholds.
        thresholds: stated by whoever asks.
        places: which pairs.
    """
    pairs = collected.graded(rater_max, reference_max, places)
    gains = collected.gains_at(places)
    figures = {"accuracy": accuracy(pairs)} if pairs.has_equal_scales else {}
    figures["majority_baseline"] = majority_baseline(pairs)  # beside the accuracy that it puts in its place
    if pairs.has_equal_scales:
        figures |= _one_scale(pairs)
    for ours, theirs in thresholds:
        figures[f"kappa>={ours}:{theirs}"] = binary_kappa(pairs, ours, theirs)
    figures["bias_gains"] = bias_in_gains(pairs, gains)
    for at in range(1, reference_max + 1):
        figures[f"auc>={at}"] = auc(pairs, gains, at)
        figures[f"query_auc>={at}"] = query_auc(pairs, gains, at)
    for name, calibration in calibrations(collected, rater_max, reference_max, places).items():
        figures[f"ece_{name}"] = calibration.error()
    return figures


def _one_scale(pairs: GradedPairs) -> dict[str, Figure]:
    thresholds = range(1, pairs.gold_max + 1) if pairs.gold_max > 1 else ()
    return {
        "kappa": kappa(pairs),
        "kappa_linear": kappa(pairs, "linear"),
        "kappa_quadratic": kappa(pairs, "quadratic"),
        **{f"kappa>={at}": binary_kappa(pairs, at) for at in thresholds},
        "alpha_ordinal": alpha_of_pairs(pairs, "ordinal"),
        "alpha_nominal": alpha_of_pairs(pairs, "nominal"),
        "alpha_interval": alpha_of_pairs(pairs, "interval"),
        "bias_grades": bias_in_grades(pairs),
    }


def calibrations(
    collected: Collected, rater_max: int, reference_max: int, places: Sequence[int] | None = None
) -> dict[str, Calibration]:
    """Of the expected grade, and on one scale of the probability of the grade where the rater gave one."""
    chosen = range(len(collected.keys)) if places is None else places
    found = {
        "expected": expected_calibration(
            collected.graded(rater_max, reference_max, places), collected.gains_at(places)
        )
    }
    with_probabilities = [place for place in chosen if collected.probabilities[place]]
    if with_probabilities and rater_max == reference_max:
        said = np.array([collected.probabilities[place] for place in with_probabilities], dtype=np.float64)
        found["grade"] = grade_calibration(
            collected.graded(rater_max, reference_max, with_probabilities), said
        )
    return found


def baseline_of(
    collected: Collected, figures: Mapping[str, Figure], rater_max: int, reference_max: int
) -> dict[str, float | None]:
    """Each figure of a rater that gives every pair the commonest grade of the reference.

    The grade is taken to the nearest one that the rater's scale offers.
    """
    if not collected.keys:
        return {}
    counts = Counter(collected.reference)
    commonest = min(counts, key=lambda grade: (-counts[grade], grade))
    gain = commonest / reference_max
    constant = collected.with_constant(round(gain * rater_max), gain)
    found = figures_of(constant, rater_max, reference_max, ())
    return {
        name: figure.value for name, figure in found.items() if name in figures and not name.startswith("ece")
    }


def tag_figures(
    collected: Collected, rater_max: int, reference_max: int, *, seed: int
) -> list[dict[str, Any]]:
    """The main figures within each query tag, the tags with most pairs first."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, (query, _) in enumerate(collected.keys):
        for tag in collected.tags.get(query, ()):
            places[tag].append(place)
    commonest = sorted(places, key=lambda tag: (-len(places[tag]), tag))[:MOST_TAGS]
    return [
        {
            "tag": tag,
            "n_pairs": len(places[tag]),
            "n_queries": len({collected.keys[place][0] for place in places[tag]}),
            "figures": estimated(
                {
                    name: figure
                    for name, figure in figures_of(
                        collected, rater_max, reference_max, (), places[tag]
                    ).items()
                    if name in BY_TAG
                },
                seed=seed,
            ),
        }
        for tag in commonest
    ]


def consistency_of(collected: Collected, rater_max: int) -> dict[str, Figure]:
    """How a rater agrees with itself; undefined where no pair was graded twice."""
    query_ids, grades = collected.repeated()
    return {
        "exact": exact_repeats(query_ids, grades, rater_max),
        "mean_distance": repeat_distance(query_ids, grades, rater_max),
    }


def estimated(figures: Mapping[str, Figure], *, seed: int) -> dict[str, Json]:
    """Each figure with its interval."""
    return {name: asdict(estimate(figure, seed=seed)) for name, figure in figures.items()}


def differences(ours: Mapping[str, Figure], theirs: Mapping[str, Figure], *, seed: int) -> dict[str, Json]:
    """Each figure that both have and that is over the same pairs: ours - theirs, paired by query."""
    return {
        name: asdict(difference(figure, theirs[name], seed=seed))
        for name, figure in ours.items()
        if name in theirs and name != "majority_baseline" and figure.n_pairs == theirs[name].n_pairs
    }


def scales_note(rater_max: int, reference_max: int, thresholds: Thresholds) -> str:
    """Which figures two scales allow, in words."""
    if rater_max == reference_max:
        return f"Both grade 0..{rater_max}: grade g means the same on both sides."
    stated = ", ".join(f"{ours}:{theirs}" for ours, theirs in thresholds)
    binary = f"kappa at the stated thresholds {stated}" if stated else "no kappa without a stated threshold"
    return (
        f"The rater grades 0..{rater_max}, the reference 0..{reference_max}: bias and calibration compare "
        f"gains (grade / G), AUC the rater's gain with each threshold of the reference; {binary}; "
        "no accuracy and no alpha."
    )
