"""Cluster topology: which server has which channel."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

SLOTS: Final = REDIS_CLUSTER_HASH_SLOTS


@dataclass(frozen=True, slots=True)
class Topology:
    """The servers of all slots, as ranges that begin at `starts`; host and port of each."""

    starts: tuple[int, ...]
    servers: tuple[tuple[str, int], ...]

    def server_of(self, channel: bytes) -> tuple[str, int]:
        """Host and port of the server that has a channel."""
        return self.servers[bisect_right(self.starts, key_slot(channel)) - 1]


def topology(answer: Sequence[Any]) -> Topology:
    """Read an answer to CLUSTER SLOTS. Raises ValueError while not every slot has a server."""
    ranges = sorted((int(first), int(last), primary) for first, last, primary, *_ in answer)
    expected = 0
    for first, last, _ in ranges:
        if first != expected:
            raise ValueError(f"expected a server for slot {expected}")
        expected = last + 1
    if expected != SLOTS:
        raise ValueError(f"expected a server for slot {expected}")
    servers = tuple((_text(primary[0]), int(primary[1])) for _, _, primary in ranges)
    return Topology(tuple(first for first, _, _ in ranges), servers)


def channel_at(address: tuple[str, int], shape: Callable[[int], bytes], known: Topology) -> bytes:
    """The first channel of this shape on that server: one that probes this very server."""
    number = 0
    while known.server_of(shape(number)) != address:
        number += 1
    return shape(number)


def _text(value: Any) -> str:
    """Empty: the host that was asked."""
    return value.decode() if isinstance(value, bytes) else str(value or "")
