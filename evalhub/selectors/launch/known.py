"""What the profile of a corpus says, where a campaign over it is about to start."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalhub.models import Corpus, Workspace
from evalhub.selectors.inputs.profile_warnings import profile_warnings
from evalhub.selectors.inputs.profiles import latest_profile, profile_parts


@dataclass(frozen=True, slots=True)
class CorpusKnown:
    """A corpus, and what to know of it before choosing models; None where it has no profile."""

    corpus: Corpus
    warnings: Sequence[str] | None


def corpus_known(workspace: Workspace, name: str) -> CorpusKnown | None:
    """What is known of the corpus of a name; None where there is no such corpus."""
    corpus = Corpus.objects.filter(workspace=workspace, name=name).first() if name else None
    if corpus is None:
        return None
    profile = latest_profile(corpus)
    if profile is None:
        return CorpusKnown(corpus, None)
    parts = profile_parts(profile)
    return CorpusKnown(corpus, profile_warnings(parts.texts, parts.tokens, parts.overlap))
