"""Texts for tests of encoders: a repeated one, an empty one, a long one, other scripts, many lengths."""

TEXTS = [
    "Sort a list of tuples by the second item",
    "",
    "sqlite3 " * 300,
    "Sort a list of tuples by the second item",
    "Ünïcödé, 漢字 and \U0001f600",
    *(f"Return the {n}th Fibonacci number " * (n % 9 + 1) for n in range(40)),
]
NOISE = 1e-6  # what another batch may change in a component
