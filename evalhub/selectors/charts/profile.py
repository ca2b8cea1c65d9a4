"""Rows of the charts of a corpus profile."""

from collections.abc import Iterable, Sequence
from typing import Any

from evalhub.selectors.inputs.profiles import ProfileState

Rows = list[dict[str, Any]]

SHOWN_LANGUAGES = 12


def length_rows(state: ProfileState) -> Rows:
    """Documents by length, in characters and in words."""
    texts = state.texts or {}
    return [
        {"unit": unit, **row}
        for unit in ("characters", "words")
        for row in _bins((texts.get(unit) or {}).get("bins"))
    ]


def token_rows(state: ProfileState) -> Rows:
    """Documents by length in tokens of each model, and the limit of each."""
    return [
        {"model": part["name"], **row, "limit": part["limit"]}
        for part in state.tokens
        if part.get("tokens")
        for row in _bins(part["tokens"]["bins"])
    ]


def language_rows(state: ProfileState) -> Rows:
    """Documents by language, rare ones together."""
    if not state.texts or not state.texts["n_languages_of"]:
        return []
    total, counts = state.texts["n_languages_of"], state.texts["languages"]
    shown, rest = counts[:SHOWN_LANGUAGES], sum(n for _, n in counts[SHOWN_LANGUAGES:])
    rows = [*shown, *([["others", rest]] if rest else [])]
    return [{"language": code, "documents": n, "share": n / total} for code, n in rows]


def nearest_rows(state: ProfileState) -> Rows:
    """Documents by the similarity of their nearest other document."""
    return [
        {"model": part["name"], "from": at / 100, "to": (at + 1) / 100, "documents": n}
        for part in state.similar
        for at, n in enumerate(part["bins"])
        if n
    ]


def overlap_rows(state: ProfileState) -> Rows:
    """Queries by the share of their words that documents use."""
    overlap = state.overlap or {}
    return [
        {"found in": name, "from": at / 10, "to": (at + 1) / 10, "queries": n}
        for name, label in (("best", "best"), ("relevant", "relevant"), ("anywhere", "anywhere"))
        if overlap.get(label, {}).get("n")
        for at, n in enumerate(overlap[label]["bins"])
    ]


def _bins(bins: Sequence[Sequence[int]] | None) -> Iterable[dict[str, Any]]:
    return [{"from": low, "to": high, "documents": n} for low, high, n in bins or ()]
