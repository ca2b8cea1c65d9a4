"""The kinds of evidence by name; what computes them is in `raters.calibrated.evidence`."""

LEXICAL_NAMES = ("bm25_share", "coverage", "title_coverage", "window", "neighbours", "title_focus")
SEMANTIC_NAMES = ("similarity", "similarity_z", "title_similarity", "token_similarity")
FEATURES = LEXICAL_NAMES + SEMANTIC_NAMES
