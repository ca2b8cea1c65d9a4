"""Puts a calibrated rater together from its spec: learned model, statistics, encoder."""

from pathlib import Path

from raters.calibrated.model import CalibratedModel, UnableToReadModel
from raters.calibrated.rater import CalibratedRater
from raters.calibrated.statistics import CorpusStatistics, DocumentEncoder, UnableToReadStatistics
from raters.protocol import RaterMisconfigured
from raters.spec import RaterSpec
from raters.weights import EMBEDDING_MODELS, UnableToFindWeights, find_weights, weights_revision


def load_calibrated(
    spec: RaterSpec, statistics: Path, *, n_threads: int | None = None, device: str = "cpu"
) -> CalibratedRater:
    """Make the rater.

    Args:
        statistics: the file whose digest the spec holds.

    Raises:
        RaterMisconfigured: a piece is missing, broken, or not the one that was recorded.
    """
    try:
        collected = CorpusStatistics.load(statistics)
        model = CalibratedModel.from_dict(spec.learned)
        encoder = load_encoder(spec.model, spec.revision, n_threads=n_threads, device=device)
    except (UnableToReadStatistics, UnableToReadModel, UnableToFindWeights) as error:
        raise RaterMisconfigured(f"rater {spec.name!r}: {error}") from error
    if collected.identity != spec.statistics:
        raise RaterMisconfigured(
            f"rater {spec.name!r}: {statistics} is {collected.identity}, recorded was {spec.statistics}; "
            "give the statistics of the collection that this version is for"
        )
    return CalibratedRater(model, collected, encoder, max_grade=spec.rubric.max_grade)


def load_encoder(
    model: str, recorded: str, *, n_threads: int | None = None, device: str = "cpu"
) -> DocumentEncoder | None:
    """Load the embedding model of a rater, to collect statistics with or to rate; None where it uses none.

    Args:
        model: `RaterSpec.model`.
        recorded: `RaterSpec.revision`.

    Raises:
        UnableToFindWeights: they are gone.
        RaterMisconfigured: they changed since the spec was made.
    """
    if not model:
        return None
    path = find_weights(model, Path(), EMBEDDING_MODELS)
    if (revision := weights_revision(path)) != recorded:
        raise RaterMisconfigured(
            f"embedding model {model!r}: the weights at {path} are {revision}, recorded was "
            f"{recorded}; make a new version of the rater, or put the old weights back"
        )
    # torch, which lexical evidence does without
    from raters.calibrated.encoder import TextEncoder

    return TextEncoder(path, n_threads=n_threads, device=device)
