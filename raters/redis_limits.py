"""Limits kept in Redis, by Redis's clock: workers on many machines share them.

Each limit is the generic cell rate algorithm (ITU-T I.371, annex A, as a virtual schedule): one number, the
theoretical arrival time of the next call. A call is always given a place, and told how long until it; so
places are given in order, and nobody asks twice.
"""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import redis
import redis.asyncio

from raters.limits import Gate, UnableToShareLimit
from raters.spec import RaterSpec

_TIMEOUT_S = 5.0

# KEYS: requests, tokens. ARGV: interval of a request, its burst; interval of a token, its burst; tokens.
# Intervals and bursts in seconds; an interval of 0 is no limit. Returns microseconds to wait.
_ADMIT = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
local wait = 0
local function take(key, interval, burst, amount)
  if interval <= 0 then return end
  local due = math.max(tonumber(redis.call('GET', key) or '0'), now)
  wait = math.max(wait, due - burst - now)
  due = due + interval * amount
  redis.call('SET', key, string.format('%.6f', due), 'PX', math.ceil((due - now) * 1000) + 1000)
end
take(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), 1)
take(KEYS[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]))
return math.ceil(wait * 1e6)
"""

# KEYS: tokens. ARGV: seconds to give back (negative: to take).
_SETTLE = """
local due = redis.call('GET', KEYS[1])
if due then
  redis.call('SET', KEYS[1], string.format('%.6f', tonumber(due) - tonumber(ARGV[1])), 'KEEPTTL')
end
"""

# KEYS: pause. ARGV: milliseconds. A pause is only ever made longer.
_HOLD_BACK = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
end
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit per minute as the script wants it; both in seconds, 0 for no limit."""

    interval_s: float
    burst_s: float

    @classmethod
    def per_minute(cls, limit: float) -> "Rate":
        """Spread a limit so that no 60 seconds hold more, however they are cut.

        A second's worth may come at once; the interval is a little longer to make up for it.
        """
        if not limit:
            return cls(0.0, 0.0)
        at_once = max(1.0, limit // 60)
        interval_s = 60.0 / max(limit - (at_once - 1), limit / 2)
        return cls(interval_s, (at_once - 1) * interval_s)


class RedisLimiter:
    """See `raters.limits.Limiter`."""

    def __init__(self, url: str) -> None:
        """Take the address of the Redis (or Valkey) server; connects to nothing yet."""
        self._url = url

    @asynccontextmanager
    async def _opened(self, spec: RaterSpec) -> AsyncGenerator[Gate]:
        client = redis.asyncio.Redis.from_url(
            self._url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S
        )
        try:
            yield RedisGate(client, spec)
        finally:
            await client.aclose()

    def open(self, spec: RaterSpec) -> AbstractAsyncContextManager[Gate]:
        """See `raters.limits.Limiter.open`."""
        return self._opened(spec)


class RedisGate:
    """See `raters.limits.Gate`."""

    def __init__(self, client: Any, spec: RaterSpec) -> None:
        # The key's NAME and not the key: nothing derived from a secret is stored.
        of = "\n".join((spec.base_url, spec.api_key or spec.api_key_env, spec.model))
        name = f"evalhub:limit:{hashlib.sha256(of.encode()).hexdigest()[:32]}"
        # In braces: a Redis cluster keeps all three on one node, as a script demands.
        self._requests, self._tokens, self._pause = (
            f"{{{name}}}:{part}" for part in ("requests", "tokens", "pause")
        )
        self._client = client
        self._request_rate = Rate.per_minute(spec.requests_per_minute)
        self._token_rate = Rate.per_minute(spec.tokens_per_minute)
        self._admit = client.register_script(_ADMIT)
        self._settle = client.register_script(_SETTLE)
        self._hold_back = client.register_script(_HOLD_BACK)

    async def admit(self, n_tokens: int) -> float:
        """See `raters.limits.Gate.admit`."""
        if not (self._request_rate.interval_s or self._token_rate.interval_s):
            return 0.0
        rates = (self._request_rate, self._token_rate)
        numbers = [number for rate in rates for number in (rate.interval_s, rate.burst_s)]
        arguments = [f"{number:.9f}" for number in numbers]
        try:
            wait_us = await self._admit(keys=[self._requests, self._tokens], args=[*arguments, n_tokens])
        except redis.RedisError as error:
            raise UnableToShareLimit(
                f"the limits per minute cannot be kept: no answer from the broker ({error}); "
                "see that it runs (REDIS_URL)"
            ) from error
        return int(wait_us) / 1e6

    async def settle(self, n_tokens: int) -> None:
        """See `raters.limits.Gate.settle`."""
        if self._token_rate.interval_s and n_tokens:
            seconds = f"{n_tokens * self._token_rate.interval_s:.6f}"
            await self._tell(self._settle, [self._tokens], seconds)

    async def hold_back(self, seconds: float) -> None:
        """See `raters.limits.Gate.hold_back`."""
        await self._tell(self._hold_back, [self._pause], str(max(1, int(seconds * 1000))))

    async def held_back_s(self) -> float:
        """See `raters.limits.Gate.held_back_s`."""
        try:
            return float(max(0, await self._client.pttl(self._pause))) / 1000
        except redis.RedisError:
            return 0.0  # the provider itself still says what it wants

    async def _tell(self, script: Any, keys: list[str], argument: str) -> None:
        try:
            await script(keys=keys, args=[argument])
        except redis.RedisError:
            return  # others learn the pause from the provider; tokens are only estimated anyway
