"""Rows -> Encoder, Rater, ShardStore. Only the pipeline imports this: it reaches the heavy libraries."""

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from evalhub import conf
from evalhub.core.digest import JsonValue
from evalhub.models import EmbeddingModel, FineTuning, ProviderKey, RaterVersion, VectorIndex
from evalhub.services.vault import UnableToUseSecret, decrypt
from indexing.encoders.base import Encoder
from indexing.encoders.loading import load_encoder
from indexing.shards import ShardStore
from indexing.spec import EncoderSpec
from indexing.token_counts import TokenCounter
from raters.factory import load_hosted, load_rater
from raters.hosted import HostedRater
from raters.protocol import Rater, RaterMisconfigured
from raters.redis_limits import RedisLimiter
from raters.spec import RaterSpec
from raters.tuning.parts import Parts, UnableToTrain
from raters.tuning.settings import TuneSettings
from raters.weights import UnableToFindWeights

if TYPE_CHECKING:
    from raters.calibrated.statistics import CorpusStatistics
    from raters.tuning.loop import Report


@lru_cache(maxsize=1)
def encoder(embedding_model_id: int) -> Encoder:
    """The encoder of an embedding model; a process keeps only the one it used last in memory."""
    return new_encoder(embedding_model_id)


def new_encoder(embedding_model_id: int) -> Encoder:
    """The encoder of an embedding model, loaded now; it is the caller's to keep."""
    model = EmbeddingModel.objects.get(pk=embedding_model_id)
    return load_encoder(EncoderSpec.from_dict(model.spec), threads=conf.n_threads())


def token_counter(spec: EncoderSpec) -> TokenCounter:
    """What counts the tokens of an embedding model, without its weights.

    Raises:
        UnableToCount: its tokenizer is not on this machine.
    """
    return TokenCounter(spec)


def rater(rater_version_id: int) -> Rater:
    """The rater of a version; a process keeps only the local one it used last in memory."""
    # By content and not by id: a corrected key name or address must reach workers that run.
    return _rater(_text(RaterVersion.objects.get(pk=rater_version_id)))


def hosted_rater(rater_version_id: int) -> HostedRater:
    """The hosted rater of a version; a process keeps what it learnt of each endpoint."""
    version = RaterVersion.objects.get(pk=rater_version_id)
    name = version.spec.get("api_key", "")
    stored = ProviderKey.objects.filter(workspace=version.workspace_id, name=name).first() if name else None
    # By what is encrypted and not by the name: a key that was replaced must reach workers that run.
    return _hosted_rater(_text(version), stored.ciphertext if stored else "")


def rater_of(spec: RaterSpec) -> Rater:
    """The rater of a spec that need not be registered; the caller closes it."""
    statistics = statistics_path(spec.statistics) if spec.statistics else None
    return load_rater(spec, n_threads=conf.n_threads(), statistics=statistics)


def _text(version: RaterVersion) -> str:
    return json.dumps(version.spec, sort_keys=True)


def collect_statistics(model: str, revision: str, texts: Iterable[tuple[str, str]]) -> "CorpusStatistics":
    """What a calibrated rater must know of a corpus, from (title, text) of all its documents.

    Args:
        model, revision: of the rater's embedding model; empty without one.

    Raises:
        RaterMisconfigured: the weights of its embedding model are gone or changed.
    """
    # torch, which only workers of this queue need
    from raters.calibrated.loading import load_encoder
    from raters.calibrated.statistics import CorpusStatistics

    return CorpusStatistics.collect(texts, load_encoder(model, revision, n_threads=conf.n_threads()))


def fine_tune(tuning: FineTuning, parts: Parts, about: dict[str, JsonValue], report: "Report") -> RaterSpec:
    """Train a rater, or go on where a process died; returns its spec, its weights in their folder.

    Raises:
        RaterMisconfigured: the base model is gone or changed.
        UnableToTrain: the labels teach nothing, or training went astray.
    """
    spec = RaterSpec.from_dict(tuning.spec)
    if spec.kind == "calibrated":
        return _recalibrate(spec, parts, about, report)
    # torch, which only workers of this queue need
    from raters.tuning.train import TuneRequest, train_rater

    request = TuneRequest(spec, TuneSettings(**tuning.settings), parts, about)
    folder, unfinished = conf.raters_folder(), unfinished_training(tuning)
    try:
        return train_rater(request, folder, unfinished, report, n_threads=conf.n_threads())
    except UnableToFindWeights as error:
        raise RaterMisconfigured(str(error)) from error


def _recalibrate(spec: RaterSpec, parts: Parts, about: dict[str, JsonValue], report: "Report") -> RaterSpec:
    from raters.calibrated.adapt import adapt
    from raters.calibrated.recalibrate import UnableToRecalibrate
    from raters.tuning.checkpoint import EpochFigures

    try:
        done = adapt(spec, parts, statistics_path(spec.statistics), about, n_threads=conf.n_threads())
    except UnableToRecalibrate as error:
        raise UnableToTrain(str(error)) from error
    except UnableToFindWeights as error:
        raise RaterMisconfigured(str(error)) from error
    figures = EpochFigures(1, done.train_loss, done.validation_loss, done.validation_kappa)
    report(len(parts["train"]), [figures], is_saved=False)
    return done.spec


def unfinished_training(tuning: FineTuning) -> Path:
    """The folder of a training's checkpoint."""
    return conf.raters_folder() / "unfinished" / tuning.digest.removeprefix("sha256:")


def statistics_path(digest: str) -> Path:
    """The file of collected statistics."""
    return conf.statistics_folder() / f"{digest.removeprefix('sha256:')}.safetensors"


@lru_cache(maxsize=1)
def _rater(spec: str) -> Rater:
    return rater_of(RaterSpec.from_dict(json.loads(spec)))


@lru_cache(maxsize=32)
def _hosted_rater(spec: str, ciphertext: str) -> HostedRater:
    resolved = RaterSpec.from_dict(json.loads(spec))
    try:
        keys = {resolved.api_key: decrypt(ciphertext)} if ciphertext else {}
    except UnableToUseSecret as error:
        raise RaterMisconfigured(
            f"rater {resolved.name!r}: the stored key {resolved.api_key} is {error}, or store the key again: "
            f"evalhub key set {resolved.api_key}"
        ) from error
    return load_hosted(resolved, keys=keys, limiter=RedisLimiter(conf.redis_url()))


def shard_store() -> ShardStore:
    """Where vectors lie."""
    return ShardStore(conf.vectors_folder())


def index_path(index: VectorIndex) -> Path:
    """The file of a built index."""
    return conf.vectors_folder() / f"index-{index.pk}.usearch"
