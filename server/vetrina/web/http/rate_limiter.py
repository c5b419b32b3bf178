"""Rate limits of HTTP: a token bucket for each key and each address."""

from __future__ import annotations

import contextlib
import math
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Final

from starlette.requests import Request

from vetrina.bus.rate_limits import SharedBuckets
from vetrina.clock import Clock
from vetrina.protocol.token_bucket import TokenBucket
from vetrina.realtime.connection_limits import peer_of
from vetrina.web.http.problem import Problem

# A bucket has about 250 bytes. The one unused for longest goes first; it was the fullest anyway.
MOST_BUCKETS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` calls at once, then `per_s` a second. `name` keeps the buckets of rates apart."""

    name: str
    per_s: float
    burst: int


def per_minute(name: str, calls: int) -> Rate:
    """A minute's calls may all come at once, then they come evenly."""
    return Rate(name, per_s=calls / 60, burst=calls)


# A hand on a Stream Deck, with room for one that leans on it.
HOOKS: Final = Rate("hooks", per_s=5, burst=20)
# Only failures are counted, so that nobody is shut out by a stranger at the same address.
FAILURES: Final = Rate("failures", per_s=0.5, burst=20)

# Only failures count in the end. It bounds what guessing costs the store, not what is answered.
LOOK_UPS: Final = Rate("look-ups", per_s=20, burst=100)

# A tap on a voucher; many viewers may stand behind one address.
CLAIMS: Final = Rate("claims", per_s=1, burst=30)

# Codes of vouchers that were not good: only these count. 1 of 2^50 is not found like this.
VOUCHER_TRIES: Final = Rate("voucher tries", per_s=0.1, burst=10)


class RateLimiter:
    """The buckets of all processes where they can be asked, else those of this one."""

    def __init__(
        self,
        clock: Clock,
        most_buckets: int = MOST_BUCKETS,
        shared: SharedBuckets | None = None,
    ) -> None:
        self._clock = clock
        self._most = most_buckets
        self._shared = shared
        self._buckets: OrderedDict[tuple[str, str], TokenBucket] = OrderedDict()

    async def take(self, rate: Rate, who: str) -> None:
        """Count one call. Raises the Problem `rate_limited`, which says when to try again."""
        if self._shared is not None:
            with contextlib.suppress(OSError):
                per_s, burst = rate.per_s, rate.burst
                wait_s = await self._shared.take(rate.name, who, per_s=per_s, burst=burst)
                if wait_s > 0:
                    raise _rate_limited(math.ceil(wait_s))
                return
        self.take_here(rate, who)

    def take_here(self, rate: Rate, who: str) -> None:
        """Count one call in this process alone: what bounds the work of this process."""
        bucket = self._bucket(rate, who)
        if not bucket.take(int(self._clock.monotonic() * 1000)):
            raise _rate_limited(math.ceil(bucket.wait_ms / 1000))

    def give_back(self, rate: Rate, who: str) -> None:
        """The call was one that does not count after all."""
        self._bucket(rate, who).put_back()

    def __len__(self) -> int:
        return len(self._buckets)

    def _bucket(self, rate: Rate, who: str) -> TokenBucket:
        name = (rate.name, who)
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = TokenBucket(rate.per_s, rate.burst)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(name)
        return bucket


def address_of(request: Request) -> str:
    """Who is at the other end: an IPv4 address, or the /64 network that one IPv6 client holds."""
    return who_is(request.client.host if request.client else "")


@lru_cache(maxsize=4096)
def who_is(host: str) -> str:
    """The same for the address itself."""
    address = peer_of(host)
    if address is None:
        return host
    if isinstance(address, IPv6Address):
        return f"{address.exploded[:19]}::/64"
    return str(address)


def is_own(address: str) -> bool:
    """Whether it is this machine: a proxy may stand there, with everybody behind it."""
    known = peer_of(address)
    return known is not None and known.is_loopback


def _rate_limited(wait_s: int) -> Problem:
    return Problem(
        429,
        "rate_limited",
        f"Too many calls. Try again in {wait_s} s.",
        headers={"retry-after": str(wait_s)},
    )
