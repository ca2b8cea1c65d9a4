"""The chooser: models by what they must be able to do, and what a corpus's profile says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from evalhub.models import Corpus, Workspace
from evalhub.selectors.inputs.models import ModelLine, model_lines
from evalhub.selectors.inputs.profiles import ProfileState, latest_profile, profile_state

CORPORA_OFFERED = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What a model must be able to do; None where it does not matter.

    Attributes:
        tokens: it reads at least so many.
        dimension: it has vectors of at most so many, be it by cutting them where it was trained for that.
        parameters_m: it has at most so many million parameters.
    """

    language: str = ""
    licence: str = ""
    tokens: int | None = None
    dimension: int | None = None
    parameters_m: float | None = None


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The models that fit, and what can be chosen by; `profile` is of the chosen corpus."""

    lines: Sequence[ModelLine]
    n_in_all: int
    wish: Wish
    corpora: Sequence[Corpus]
    corpus: Corpus | None
    profile: ProfileState | None
    languages: Sequence[str]
    licences: Sequence[str]


def model_choice(workspace: Workspace, wish: Wish, corpus_id: int | None, *, now: datetime) -> ModelChoice:
    """The models that fit a wish, seen with the newest profile of a corpus."""
    corpora = list(Corpus.objects.filter(workspace=workspace).order_by("-pk")[:CORPORA_OFFERED])
    corpus = next((one for one in corpora if one.pk == corpus_id), None)
    found = latest_profile(corpus) if corpus else None
    profile = profile_state(found, now=now) if found else None
    lines = model_lines(workspace, profile)
    return ModelChoice(
        lines=[line for line in lines if fits(line, wish)],
        n_in_all=len(lines),
        wish=wish,
        corpora=corpora,
        corpus=corpus,
        profile=profile,
        languages=sorted({code for line in lines for code in line.card.get("languages") or ()}),
        licences=sorted({str(line.card.get("licence")) for line in lines if line.card.get("licence")}),
    )


def fits(line: ModelLine, wish: Wish) -> bool:
    """Whether a card allows what is wished; what is unknown rules nothing out."""
    card, facts = line.card, line.card.facts
    sizes = [*(card.get("matryoshka") or ()), *([card.get("dimension")] if "dimension" in facts else [])]
    licence = str(card.get("licence") or "").casefold()
    return not (
        (wish.language and "languages" in facts and wish.language not in card.get("languages"))
        or (wish.licence and licence and wish.licence.casefold() not in licence)
        or (wish.tokens and (card.get("max_tokens") or wish.tokens) < wish.tokens)
        or (wish.dimension and sizes and min(sizes) > wish.dimension)
        or (wish.parameters_m and (card.get("parameters") or 0) > wish.parameters_m * 1e6)
    )
