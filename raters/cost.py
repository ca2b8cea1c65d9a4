"""What a call can cost at most, known before it is made."""

import json

from raters.protocol import RateRequest
from raters.spec import RaterSpec

# The reply's schema and the chat's own framing, which the provider counts as input too.
OVERHEAD_TOKENS = 1_024


def worst_cost_usd(spec: RaterSpec, request: RateRequest) -> float:
    """Return an upper bound of one call's price in US dollars; 0 for models on this machine.

    A byte-level tokenizer makes no more tokens than there are bytes, and a reply ends at the limit that is
    sent with the call; a provider that bills more than it was asked for can pass the bound.
    """
    if not (spec.input_usd_per_mtok or spec.output_usd_per_mtok):
        return 0.0
    shown = spec.rubric.render(request)
    # The document is cut to this many characters for a hosted rater: 4 count as a token.
    document = shown.document[: 4 * spec.max_document_tokens]
    prompt = json.dumps(
        [shown.rubric, shown.examples, shown.query, document, shown.question], ensure_ascii=False
    )
    n_input = len(prompt.encode("utf-8", "replace")) + OVERHEAD_TOKENS
    limit = spec.decoding.get("max_output_tokens")
    n_output = limit if isinstance(limit, int) else 0
    return (n_input * spec.input_usd_per_mtok + n_output * spec.output_usd_per_mtok) / 1_000_000
