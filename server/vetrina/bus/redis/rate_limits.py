"""Token bucket, shared by all processes, in Redis; it expires when it is full again."""

from __future__ import annotations

import asyncio
import time
from hashlib import blake2b, sha1
from typing import Any, Final

from redis.exceptions import NoScriptError

from vetrina.bus.redis.bus import RedisBus

SCRIPT: Final = b"""
local per_s, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local at = tonumber(bucket[2]) or now
local tokens = math.min(burst, (tonumber(bucket[1]) or burst) + math.max(0, now - at) * per_s)
local wait_ms = 0
if tokens >= 1 then
  tokens = tokens - 1
else
  wait_ms = math.ceil((1 - tokens) / per_s * 1000)
end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / per_s * 1000) + 1000)
return wait_ms
"""
SHA: Final = sha1(SCRIPT).hexdigest()  # noqa: S324  (how Redis names scripts)
WITHIN_S: Final = 0.25
"""A call waits no longer; the limits of this process alone are good enough then."""
RETRY_AFTER_S: Final = 2.0
"""So long after a failure nobody asks again."""


class RedisBuckets:
    """Runs the script on the servers of a bus."""

    def __init__(self, bus: RedisBus, *, within_s: float = WITHIN_S) -> None:
        self._bus = bus
        self._within_s = within_s
        self._skip_until = 0.0

    async def take(self, name: str, who: str, *, per_s: float, burst: int) -> float:
        """Take one. Raises OSError or TimeoutError; for a moment at once, after it did."""
        if time.monotonic() < self._skip_until or not self._bus.health.ok:
            raise ConnectionError("the shared limits are not asked now")
        try:
            async with asyncio.timeout(self._within_s):
                return int(await self._ask(key_of(name, who), per_s, burst)) / 1000
        except OSError:
            self._skip_until = time.monotonic() + RETRY_AFTER_S
            raise

    async def _ask(self, key: bytes, per_s: float, burst: int) -> Any:
        arguments = (1, key, repr(per_s), burst)
        try:
            return await self._bus.execute(key, "EVALSHA", SHA, *arguments)
        except ConnectionError as error:
            if not isinstance(error.__cause__, NoScriptError):
                raise
            return await self._bus.execute(key, "EVAL", SCRIPT, *arguments)


def key_of(name: str, who: str) -> bytes:
    """The key of a bucket, without the address itself: nothing personal is stored."""
    digest = blake2b(who.encode(), digest_size=16).hexdigest()
    return f"vetrina:rate:{name}:{digest}".encode()
