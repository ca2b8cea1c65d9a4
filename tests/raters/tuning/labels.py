"""Labelled pairs that a tiny model can learn in seconds: red things are right, whatever was asked for."""

from raters.protocol import RateRequest
from raters.tuning.parts import Labelled

COLOURS = ("red", "green", "blue")
THINGS = ("shoe", "hat", "bag")
SIZES = ("big", "small", "a", "the", "of", "for")


def labelled_pairs(n_things: int = 3) -> list[Labelled]:
    """18 queries with 3 documents for each thing, graded 3 or 0."""
    return [
        Labelled(RateRequest(f"{size} {wanted}", "", f"{colour} {thing}"), 3 * (colour == "red"))
        for size in SIZES
        for wanted in COLOURS
        for colour in COLOURS
        for thing in THINGS[:n_things]
    ]
