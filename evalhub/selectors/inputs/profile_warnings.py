"""What a profile says against a model's card, in words."""

from collections.abc import Sequence
from typing import Any

from indexing.cards import ModelCard, model_card
from indexing.spec import EncoderSpec

Json = dict[str, Any]

# Rules of thumb: they start a look, and decide nothing.
MANY_TRUNCATED = 0.1
LANGUAGE_SHARE = 0.05
MANY_DUPLICATES = 0.05
HIGH_OVERLAP = 0.8
LOW_OVERLAP = 0.4
NOT_LANGUAGES = ("und", "zxx")


def profile_warnings(texts: Json | None, tokens: Sequence[Json], overlap: Json | None) -> list[str]:
    """One sentence each; empty where nothing stands out."""
    models = [sentence for part in tokens for sentence in model_warnings(part, texts)]
    return [*_texts_warnings(texts), *models, *_overlap_warnings(overlap)]


def model_warnings(part: Json, texts: Json | None) -> list[str]:
    """What a model's card does not cover of what was found; `part` are the model's tokens."""
    name, found = part["name"], []
    if "unavailable" in part:
        return [f"{name}: tokens were not counted. {part['unavailable']}"]
    truncated = part["n_truncated"] / part["n_of"] if part["n_of"] else 0.0
    if truncated > MANY_TRUNCATED:
        found.append(
            f"{name} reads {part['limit']:,} tokens; {truncated:.0%} of the documents are longer, and what "
            "comes after is not searched. Cut documents into passages, or choose a model that reads more."
        )
    stated, share = part.get("languages"), languages_share(texts)
    if stated and share:
        other = {code: n for code, n in share.items() if code not in stated}
        if other:
            words = ", ".join(f"{code} ({n:.0%})" for code, n in other.items())
            found.append(
                f"{name}'s card names the languages {', '.join(stated)}; documents here also seem to be in "
                f"{words}. Choose a multilingual model for them, or look at their queries apart."
            )
    return found


def languages_share(texts: Json | None) -> dict[str, float]:
    """The languages of at least a twentieth of the texts that were looked at."""
    if not texts or not texts["n_languages_of"]:
        return {}
    shares = {code: n / texts["n_languages_of"] for code, n in texts["languages"]}
    return {code: n for code, n in shares.items() if n >= LANGUAGE_SHARE and code not in NOT_LANGUAGES}


def card_of_stored(spec: Json) -> ModelCard:
    """The card of a model as rows have it."""
    return model_card(EncoderSpec.from_dict(spec))


def _texts_warnings(texts: Json | None) -> list[str]:
    if not texts or not texts["n_documents"]:
        return []
    found, n = [], texts["n_documents"]
    if texts["n_empty"]:
        which = "document is" if texts["n_empty"] == 1 else "documents are"
        found.append(f"{texts['n_empty']:,} {which} empty: nothing can find them. Leave them out.")
    extra = texts["duplicates"]["n_extra"]
    if extra / n > MANY_DUPLICATES:
        found.append(
            f"{extra:,} documents ({extra / n:.0%}) repeat the text of another; they take the places of "
            "other hits, and gold labels may know only one of them."
        )
    return found


def _overlap_warnings(overlap: Json | None) -> list[str]:
    """Whether keywords would do: by relevant documents where labels name them, else by the best document."""
    if not overlap:
        return []
    which, where = ("relevant", "their relevant documents")
    if not overlap["relevant"]["n"]:
        which, where = ("best", "the document that has most of them")
    mean = overlap[which]["mean"]
    if mean is None:
        return []
    if mean >= HIGH_OVERLAP:
        return [
            f"Queries share {mean:.0%} of their telling words with {where}: keyword search (BM25) may "
            "suffice. Add such a system to the campaign, as lists retrieved elsewhere."
        ]
    if mean <= LOW_OVERLAP:
        return [
            f"Queries share only {mean:.0%} of their telling words with {where}: keywords alone may miss "
            "much here, and an embedding model has something to add. Hold both against each other."
        ]
    return []
