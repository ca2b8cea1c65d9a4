"""Long poll: `?wait=25&seen=...` answers when something changed, or when the wait is over.

A waiter looks at the database now and then, outside any transaction. It keeps a thread of the web process, so
that only a few may wait at a time; whoever comes beyond is answered at once, and asks again later.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from evalhub import conf
from evalhub.api.etags import bare
from evalhub.api.serializers.strict import StrictSerializer
from evalhub.models import Campaign

Json = dict[str, Any]

MOST_S = 30
LOOK_EVERY_S = 0.5
# They move with the clock alone, which is no change.
CLOCKED = ("rate_per_s", "eta_s")
FINAL = {Campaign.State.DONE, Campaign.State.FAILED, Campaign.State.CANCELLED}


class WaitSerializer(StrictSerializer):
    """How long to wait for a change."""

    wait = serializers.FloatField(
        required=False,
        default=0,
        min_value=0,
        max_value=MOST_S,
        help_text="Answer when something is not as seen, or after so many seconds; at once where many wait.",
    )
    seen = serializers.CharField(
        required=False, max_length=200, help_text="The ETag of the last answer, or a state."
    )


class _Waiters:
    """Counts those who wait in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._n = 0

    @contextmanager
    def place(self) -> Iterator[bool]:
        """Take a place for as long as the block runs; tells whether there was one."""
        with self._lock:
            is_free = self._n < conf.n_waiters()
            self._n += is_free
        try:
            yield is_free
        finally:
            with self._lock:
                self._n -= is_free


WAITERS = _Waiters()


def change_tag(body: Json) -> str:
    """A weak validator: equal as long as nothing happened, however late it is."""
    text = json.dumps(_unclocked(body), sort_keys=True, default=str)
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def awaited(
    look: Callable[[], Json],
    asked: Json,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Response:
    """Answer with what `look` shows as soon as it is not as the caller saw it.

    Args:
        look: the thing as it is now, with a `state`.
        asked: the checked fields of `WaitSerializer`.
    """
    until, body = clock() + asked["wait"], look()
    if _is_as_seen(body, asked.get("seen")) and body["state"] not in FINAL:
        with WAITERS.place() as is_free:
            while is_free and _is_as_seen(body, asked.get("seen")) and (left_s := until - clock()) > 0:
                sleep(min(LOOK_EVERY_S, left_s))
                body = look()
    return Response(body, headers={"ETag": change_tag(body)})


def _is_as_seen(body: Json, seen: str | None) -> bool:
    if seen is None:
        return False
    return seen == body["state"] or bare(seen).strip('"') == bare(change_tag(body)).strip('"')


def _unclocked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unclocked(one) for key, one in value.items() if key not in CLOCKED}
    return [_unclocked(one) for one in value] if isinstance(value, list) else value
