"""Lengths, empty and equal documents, languages."""

from django.db.models import Count, Min

from evalhub.models import CorpusProfile, Snapshot
from evalhub.pipeline.embed import document_text
from evalhub.pipeline.kind import Progress
from evalhub.pipeline.languages import count_languages
from evalhub.pipeline.profile_parts.sampling import SEED, Json, described, documents, sample_keys
from evalhub.selectors.documents import snapshot_documents, snapshot_keys

LANGUAGE_DOCUMENTS = 5_000
DUPLICATES_SHOWN = 20


def texts_part(profile: CorpusProfile, params: Json, subject: str, progress: Progress) -> Json:
    """Lengths, empty and equal documents of all; languages of a sample."""
    snapshot = profile.snapshot
    characters: list[int] = []
    n_words: list[int] = []
    for document in documents(snapshot, None, progress):
        text = document_text(document)
        characters.append(len(text))
        n_words.append(len(text.split()))

    def held(n_items_done: int) -> None:
        """A second look at some of them: progress stays where it is."""
        progress(len(characters))

    sample = sample_keys(snapshot_keys(snapshot), LANGUAGE_DOCUMENTS)
    languages = count_languages(document_text(one) for one in documents(snapshot, sample, held))
    return {
        "n_documents": len(characters),
        "characters": described(characters),
        "words": described(n_words),
        "n_empty": characters.count(0),
        "duplicates": _duplicates(snapshot),
        "languages": languages,
        "n_languages_of": len(sample),
        "seed": SEED,
    }


def _duplicates(snapshot: Snapshot) -> Json:
    """Exact: documents whose title and text are those of another."""
    groups = (
        snapshot_documents(snapshot)
        .values("digest")
        .annotate(n=Count("pk"), first=Min("doc_id"))
        .filter(n__gt=1)
        .order_by("-n", "first")
    )
    counts = list(groups.values_list("n", "digest"))
    shown = [
        [n, list(rows.order_by("doc_id").values_list("doc_id", flat=True)[:5])]
        for n, digest in counts[:DUPLICATES_SHOWN]
        for rows in [snapshot_documents(snapshot).filter(digest=digest)]
    ]
    n_in = sum(n for n, _ in counts)
    return {"n_texts": len(counts), "n_documents": n_in, "n_extra": n_in - len(counts), "groups": shown}
