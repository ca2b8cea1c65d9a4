"""The parts of a corpus profile, each computed from a snapshot's documents."""

from collections.abc import Callable, Mapping

from evalhub.models import CorpusProfile
from evalhub.pipeline.kind import Progress
from evalhub.pipeline.profile_parts.overlap import overlap_part
from evalhub.pipeline.profile_parts.sampling import Json
from evalhub.pipeline.profile_parts.similar import similar_part
from evalhub.pipeline.profile_parts.texts import texts_part
from evalhub.pipeline.profile_parts.tokens import tokens_part

Part = Callable[[CorpusProfile, Json, str, Progress], Json]
PARTS: Mapping[str, Part] = {
    "texts": texts_part,
    "tokens": tokens_part,
    "similar": similar_part,
    "overlap": overlap_part,
}
