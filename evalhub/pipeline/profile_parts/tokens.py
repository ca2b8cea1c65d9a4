"""Lengths in tokens by one model."""

from evalhub import wiring
from evalhub.models import CorpusProfile
from evalhub.pipeline.embed import document_text
from evalhub.pipeline.kind import Progress
from evalhub.pipeline.profile_parts.sampling import SEED, Json, described, pages, sample_keys
from evalhub.selectors.documents import snapshot_keys
from indexing.spec import EncoderSpec
from indexing.token_counts import UnableToCount

# Whole up to these; of more documents a sample whose size and seed are shown.
TOKEN_DOCUMENTS = 20_000


def tokens_part(profile: CorpusProfile, params: Json, subject: str, progress: Progress) -> Json:
    """Lengths in tokens by one model's own tokenizer, and how many documents it would cut."""
    model = next(one for one in params["models"] if one["digest"] == subject)
    shown = {"name": model["name"]}
    try:
        counter = wiring.token_counter(EncoderSpec.from_dict(model["spec"]))
    except UnableToCount as error:
        return {**shown, "unavailable": str(error)}
    sample = sample_keys(snapshot_keys(profile.snapshot), TOKEN_DOCUMENTS)
    counts: list[int] = []
    for page in pages(profile.snapshot, sample, progress):
        counts += counter.count([document_text(one) for one in page])
    limit = counter.limit
    return {
        **shown,
        "n_of": len(counts),
        "seed": SEED,
        "tokens": described(counts),
        "limit": limit,
        "n_truncated": sum(n > limit for n in counts) if limit else 0,
    }
