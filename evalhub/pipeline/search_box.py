"""Answer searches of the search box, with models and indexes that stay loaded.

A search is claimed and finished as a work unit is: by updates that are conditional on the attempt.
"""

import logging
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from evalhub import conf, wiring
from evalhub.models import Search, SearchHit, VectorIndex
from evalhub.pipeline.search import RankedList, Searcher
from evalhub.services.worker import worker_name
from indexing.encoders.base import Encoder

logger = logging.getLogger(__name__)

# No heartbeat: the longest a model may load. A worker that dies on this machine is noticed before.
LEASE = timedelta(minutes=10)
INDEXES_PER_MODEL = 2

Key = TypeVar("Key")
Value = TypeVar("Value")


class Warm(Generic[Key, Value]):
    """The last few things that took long to load; what was used longest ago goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Value] = OrderedDict()

    def __contains__(self, key: Key) -> bool:
        """Whether it is here."""
        return key in self._kept

    def clear(self) -> None:
        """Let go of all."""
        self._kept.clear()

    def get(self, key: Key, load: Callable[[], Value], *, most: int) -> Value:
        """What `key` names, loaded now if it is not here; at most `most` stay."""
        if key not in self._kept:
            while len(self._kept) >= most:
                self._kept.popitem(
                    last=False
                )  # before loading: two large models may not fit beside each other
            self._kept[key] = load()
        self._kept.move_to_end(key)
        return self._kept[key]


encoders: Warm[int, Encoder] = Warm()
searchers: Warm[tuple[int, int], Searcher] = Warm()


def answer(search_id: int) -> None:
    """Search if nobody else does; whatever happens, the search tells."""
    search = _claim(search_id, now=timezone.now())
    if search is None:
        return
    try:
        searcher = _searcher(search)
        started = time.perf_counter()
        (ranked,) = searcher.ranked([search.text], search.depth)
        search.query_ms = (time.perf_counter() - started) * 1000
        _finish(search, ranked, now=timezone.now())
    except VectorIndex.DoesNotExist:
        _fail(search, "its index over this corpus is gone: run a campaign with this system, which builds it")
    except Exception as error:  # noqa: BLE001  (recorded on the search, where a person sees it)
        logger.error("%s failed\n%s", search, traceback.format_exc())
        _fail(search, f"{type(error).__name__}: {error}")


def _searcher(search: Search) -> Searcher:
    """The searcher, warm or loaded now; `load_s` of the search says how long that took."""
    key = (search.snapshot_id, search.system_id)
    model_id = search.system.embedding_model_id or 0
    is_warm = key in searchers and model_id in encoders
    if not is_warm:
        _held(search).update(is_loading=True)
    started = time.perf_counter()
    most = INDEXES_PER_MODEL * conf.n_search_models()
    searcher = searchers.get(
        key, lambda: Searcher(search.system, search.snapshot, encoder_of=_encoder), most=most
    )
    # The index may have stayed longer than its model; asking also keeps the model from being the oldest.
    searcher.encoder = _encoder(model_id)
    search.load_s = None if is_warm else time.perf_counter() - started
    return searcher


def _encoder(model_id: int) -> Encoder:
    return encoders.get(model_id, lambda: wiring.new_encoder(model_id), most=conf.n_search_models())


def _claim(search_id: int, *, now: datetime) -> Search | None:
    related = ("system", "snapshot__corpus")
    search = Search.objects.select_related(*related).filter(pk=search_id, state=Search.State.WAITING).first()
    if search is None:
        return None
    waiting = Search.objects.filter(pk=search_id, state=Search.State.WAITING, attempt=search.attempt)
    search.attempt += 1
    taken = waiting.update(
        state=Search.State.RUNNING,
        attempt=search.attempt,
        worker=worker_name(),
        lease_until=now + LEASE,
        started_at=now,
        is_loading=False,
    )
    return search if taken else None


def _finish(search: Search, ranked: RankedList, *, now: datetime) -> None:
    with transaction.atomic():
        is_ours = _held(search).update(
            state=Search.State.DONE,
            finished_at=now,
            is_loading=False,
            load_s=search.load_s,
            query_ms=search.query_ms,
        )
        if is_ours:
            SearchHit.objects.filter(search=search).delete()
            SearchHit.objects.bulk_create(
                SearchHit(search=search, rank=rank, document_id=document, score=score)
                for rank, (document, score) in enumerate(ranked, start=1)
            )


def _fail(search: Search, error: str) -> None:
    _held(search).update(state=Search.State.FAILED, error=error, is_loading=False, finished_at=timezone.now())


def _held(search: Search) -> QuerySet[Search]:
    return Search.objects.filter(pk=search.pk, state=Search.State.RUNNING, attempt=search.attempt)
