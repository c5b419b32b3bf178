"""A cluster: which server has which channel."""

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
    places: tuple[tuple[str, int], ...]

    def place_of(self, channel: bytes) -> tuple[str, int]:
        """Where a channel lives."""
        return self.places[bisect_right(self.starts, key_slot(channel)) - 1]


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
    places = tuple((_text(primary[0]), int(primary[1])) for _, _, primary in ranges)
    return Topology(tuple(first for first, _, _ in ranges), places)


def channel_at(place: tuple[str, int], shape: Callable[[int], bytes], known: Topology) -> bytes:
    """The first channel of this shape that lives there: one that proves this very server."""
    number = 0
    while known.place_of(shape(number)) != place:
        number += 1
    return shape(number)


def _text(value: Any) -> str:
    """Empty: the host that was asked."""
    return value.decode() if isinstance(value, bytes) else str(value or "")
