"""Rows -> Encoder, Rater, ShardStore. Only the pipeline imports this: it reaches the heavy libraries."""

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from evalhub import conf
from evalhub.models import EmbeddingModel, RaterVersion, VectorIndex
from indexing.encoders.base import Encoder
from indexing.encoders.loading import load_encoder
from indexing.shards import ShardStore
from indexing.spec import EncoderSpec
from raters.factory import load_hosted, load_rater
from raters.hosted import HostedRater
from raters.protocol import Rater
from raters.redis_limits import RedisLimiter
from raters.spec import RaterSpec

if TYPE_CHECKING:
    from raters.calibrated.statistics import CorpusStatistics


@lru_cache(maxsize=1)
def encoder(embedding_model_id: int) -> Encoder:
    """The encoder of an embedding model; a process keeps only the one it used last in memory."""
    model = EmbeddingModel.objects.get(pk=embedding_model_id)
    return load_encoder(EncoderSpec.from_dict(model.spec), threads=conf.n_threads())


def rater(rater_version_id: int) -> Rater:
    """The rater of a version; a process keeps only the local one it used last in memory."""
    # By content and not by id: a corrected key name or address must reach workers that run.
    return _rater(_spec_text(rater_version_id))


def hosted_rater(rater_version_id: int) -> HostedRater:
    """The hosted rater of a version; a process keeps what it learnt of each endpoint."""
    return _hosted_rater(_spec_text(rater_version_id))


def _spec_text(rater_version_id: int) -> str:
    return json.dumps(RaterVersion.objects.get(pk=rater_version_id).spec, sort_keys=True)


def collect_statistics(rater_version_id: int, texts: Iterable[tuple[str, str]]) -> "CorpusStatistics":
    """What a calibrated rater must know of a corpus, from (title, text) of all its documents.

    Raises:
        RaterMisconfigured: the weights of its embedding model are gone or changed.
    """
    # torch, which only workers of this queue need
    from raters.calibrated.loading import load_encoder
    from raters.calibrated.statistics import CorpusStatistics

    spec = RaterSpec.from_dict(RaterVersion.objects.get(pk=rater_version_id).spec)
    return CorpusStatistics.collect(texts, load_encoder(spec, n_threads=conf.n_threads()))


def statistics_path(digest: str) -> Path:
    """The file of collected statistics."""
    return conf.statistics_folder() / f"{digest.removeprefix('sha256:')}.safetensors"


@lru_cache(maxsize=1)
def _rater(spec: str) -> Rater:
    resolved = RaterSpec.from_dict(json.loads(spec))
    statistics = statistics_path(resolved.statistics) if resolved.statistics else None
    return load_rater(resolved, n_threads=conf.n_threads(), statistics=statistics)


@lru_cache(maxsize=32)
def _hosted_rater(spec: str) -> HostedRater:
    return load_hosted(RaterSpec.from_dict(json.loads(spec)), limiter=RedisLimiter(conf.redis_url()))


def shard_store() -> ShardStore:
    """Where vectors lie."""
    return ShardStore(conf.vectors_folder())


def index_path(index: VectorIndex) -> Path:
    """The file of a built index."""
    return conf.vectors_folder() / f"index-{index.pk}.usearch"
