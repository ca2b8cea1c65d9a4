"""Which queries a rater learnt from: it must not be measured on them."""

from collections.abc import Mapping

from evalhub.core.digest import text_digest
from evalhub.core.errors import UserError
from evalhub.core.split import folded

# A manifest may name thousands of queries and stands in every version that learnt from them: 64 bits each.
SHORT = 16


class UnreadableManifest(UserError):
    """A rater says that it was trained, and not on what."""


def trained_on(spec: Mapping[str, object]) -> frozenset[str]:
    """The digests of the query texts that trained or validated a rater; empty for one that was not trained.

    A trained rater's spec holds `{"training": {"query_digests": [text_digest(text), ...]}}`, whole digests or
    the first SHORT characters of each.

    Raises:
        UnreadableManifest: `training` is there without such a list; without it nobody could tell a rater
            that generalises from one that remembers.
    """
    manifest = spec.get("training")
    if not manifest:
        return frozenset()
    digests = manifest.get("query_digests") if isinstance(manifest, Mapping) else None
    if not isinstance(digests, list | tuple):
        raise UnreadableManifest(
            'the rater has a "training" manifest without a list "query_digests", so its training queries can '
            "not be left out; train it again with this version of EvalHub"
        )
    return frozenset(str(digest).removeprefix("sha256:")[:SHORT] for digest in digests)


def digests_of_query(text: str, need: str = "") -> frozenset[str]:
    """Every digest a manifest may name a query by: of its text, of that as `split` reads it, with need."""
    return frozenset(
        digest[:SHORT] for digest in (text_digest(text), text_digest(folded(text)), text_digest(text, need))
    )
