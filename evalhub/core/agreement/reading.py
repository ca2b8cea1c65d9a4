"""How to read the figures of an agreement, in words."""

# How to read a figure, by the beginning of its name; the longest that fits.
READING = {
    "accuracy": "share of equal grades",
    "majority_baseline": "accuracy of always saying the commonest grade",
    "kappa": "1 is perfect, 0 is chance",
    "kappa_linear": "two grades off count double",
    "kappa_quadratic": "two grades off count fourfold",
    "kappa>=": "of the yes or no question",
    "alpha_": "1 is perfect, 0 is chance",
    "bias_grades": "above 0: lenient",
    "bias_gains": "above 0: lenient, in [0, 1]",
    "auc>=": "0.5 is chance",
    "query_auc>=": "within queries: what ranks need",
    "ece_": "0 is calibrated",
    "exact": "repeats with the same grade",
    "mean_distance": "grades apart",
}


def reading_of(name: str) -> str:
    """How to read a figure of a report, "" where there is nothing to say."""
    fitting = [key for key in READING if name.startswith(key)]
    return READING[max(fitting, key=len)] if fitting else ""
