"""Makes the rater that a spec describes; heavy libraries are loaded only for the kind that needs them."""

import os
import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from raters.label_tokens import UnableToReadLabels
from raters.limits import Limiter
from raters.protocol import Rater, RaterMisconfigured
from raters.spec import RaterSpec
from raters.weights import UnableToFindWeights

if TYPE_CHECKING:
    from raters.hosted import HostedRater

NO_KEYS: Mapping[str, str] = MappingProxyType({})


def load_rater(
    spec: RaterSpec,
    *,
    environ: Mapping[str, str] = os.environ,
    keys: Mapping[str, str] = NO_KEYS,
    rng: random.Random | None = None,
    limiter: Limiter | None = None,
    n_threads: int | None = None,
    batch_tokens: int = 768,
    device: str = "cpu",
    statistics: Path | None = None,
) -> Rater:
    """Make a rater.

    Args:
        spec: the kind and everything that changes a grade.
        environ: where a hosted rater's key is read.
        keys: where it is read instead if the spec names a stored one.
        rng: jitter of a hosted rater's waits, on which no grade depends; the system's by default.
        limiter: what hosted raters of several workers share; see `raters.limits`.
        n_threads, batch_tokens, device: of a local model; see `raters.local_llm.LocalLlmRater`.
        statistics: of a calibrated rater, the file that `CorpusStatistics.save` wrote for the collection.

    Raises:
        RaterMisconfigured: the key is not set, a library is not installed, weights are gone or changed, the
            tokenizer cannot spell the scale, or grades of this kind come from people.
    """
    if spec.kind == "hosted":
        return load_hosted(spec, environ=environ, keys=keys, rng=rng, limiter=limiter)
    if spec.kind == "local-llm":
        with _told_of(spec):
            from raters.local_llm import LocalLlmRater

            return LocalLlmRater(spec, n_threads=n_threads, batch_tokens=batch_tokens, device=device)
    if spec.kind == "cross-encoder":
        with _told_of(spec):
            from raters.cross_encoder import CrossEncoderRater

            return CrossEncoderRater(spec, n_threads=n_threads, device=device)
    if spec.kind == "calibrated":
        return _load_calibrated(spec, statistics, n_threads, device)
    if spec.kind == "panel":
        raise RaterMisconfigured(
            f"rater {spec.name!r}: a panel asks nothing itself; rate with its members, and decide each pair "
            "with raters.panel.combine"
        )
    if spec.kind == "imported":
        raise RaterMisconfigured(
            f"rater {spec.name!r} graded elsewhere and grades nothing new; import more of its grades with: "
            "evalhub rater import"
        )
    raise RaterMisconfigured(
        f"rater {spec.name!r}: {spec.kind} grades are imported from people, not computed"
    )


@contextmanager
def _told_of(spec: RaterSpec) -> Iterator[None]:
    """Say of which rater a library or its weights are missing, or which tokenizer can not spell its scale."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise RaterMisconfigured(
            f"rater {spec.name!r} needs {error.name}; install it with: pip install 'evalhub[local]'"
        ) from error
    except (UnableToFindWeights, UnableToReadLabels) as error:
        raise RaterMisconfigured(f"rater {spec.name!r}: {error}") from error


def _load_calibrated(spec: RaterSpec, path: Path | None, n_threads: int | None, device: str) -> Rater:
    if path is None or not spec.statistics:
        raise RaterMisconfigured(
            f"rater {spec.name!r} needs the statistics of the collection it rates; collect them with "
            "CorpusStatistics.collect, and give their file and, in the spec, their digest"
        )
    with _told_of(spec):
        from raters.calibrated.loading import load_calibrated

        return load_calibrated(spec, path, n_threads=n_threads, device=device)


def load_hosted(
    spec: RaterSpec,
    *,
    environ: Mapping[str, str] = os.environ,
    keys: Mapping[str, str] = NO_KEYS,
    rng: random.Random | None = None,
    limiter: Limiter | None = None,
) -> "HostedRater":
    """Make a hosted rater; see `load_rater`.

    Raises:
        RaterMisconfigured: there is no key, or one that no header can carry.
    """
    from raters.hosted import HostedRater

    key = _read_key(spec, environ, keys)
    if not re.fullmatch(r"[!-~]*", key):
        raise RaterMisconfigured(
            f"rater {spec.name!r}: {_place(spec)} holds blanks, line breaks or letters outside "
            "ASCII; store it again as one line"
        )
    return HostedRater(spec, api_key=key, rng=rng or random.SystemRandom(), limiter=limiter)


def _read_key(spec: RaterSpec, environ: Mapping[str, str], keys: Mapping[str, str]) -> str:
    if not spec.api_key and not spec.api_key_env:
        return ""
    key = keys.get(spec.api_key, "") if spec.api_key else environ.get(spec.api_key_env, "")
    if not key.strip():
        remedy = (
            f"store it with: evalhub key set {spec.api_key}"
            if spec.api_key
            else "export the API key in it before the worker starts"
        )
        raise RaterMisconfigured(f"rater {spec.name!r}: {_place(spec)} is not set; {remedy}")
    return key.strip()


def _place(spec: RaterSpec) -> str:
    if spec.api_key:
        return f"the stored key {spec.api_key}"
    return f"the environment variable {spec.api_key_env}"
