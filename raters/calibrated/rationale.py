"""Says in one sentence what evidence a calibrated grade rests on; made by rules, not by a model."""

from raters.calibrated.evidence import DocumentView, QueryView
from raters.calibrated.semantic import best_passage

_SHOWN_TERMS = 3
_SHOWN_CHARS = 24


def explain(query: QueryView, document: DocumentView) -> str:
    """Name the matched terms and, where vectors are used, how unusual the similarity is."""
    said = [_terms(query, document)]
    if query.encoded is not None and query.background is not None and document.encoded is not None:
        similarity = best_passage(query.encoded, document.encoded.passages)
        share = query.background.share_below(similarity)
        said.append(f"similarity {similarity:.2f}, above {share:.0%} of the collection's sample")
    return "; ".join(said)


def _terms(query: QueryView, document: DocumentView) -> str:
    terms = query.bm25.idf
    if not terms:
        return "the query has no words"
    present = set(document.terms.all)
    missing = sorted(terms.keys() - present, key=lambda term: (-terms[term], term))
    covered = f"covers {len(terms) - len(missing)} of {len(terms)} query terms"
    if not missing:
        return covered
    named = ", ".join(_shortened(term) for term in missing[:_SHOWN_TERMS])
    return f"{covered} (not: {named}{', ...' if len(missing) > _SHOWN_TERMS else ''})"


def _shortened(term: str) -> str:
    return term if len(term) <= _SHOWN_CHARS else f"{term[:_SHOWN_CHARS]}..."
