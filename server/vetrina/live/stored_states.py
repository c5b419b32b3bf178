"""Checkpoints of shows: when a state is stored with the log, and when a stored one may be used.

A stored state fits if it was made by the same code and is whole. Whatever does not fit is passed
over, and the log tells.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from vetrina import domain
from vetrina.domain.show.state import ShowState
from vetrina.protocol import state_codec
from vetrina.store.ports.states import StoredState

logger = logging.getLogger(__name__)
# Reading so many events takes some hundredths of a second, storing a state about a millisecond.
STORED_EVERY = 1_000
_CHECKSUM_BYTES = 16


@cache
def state_version() -> str:
    """Changes with every change of the code that makes a state out of events.

    All of `domain` counts, since nobody would remember to raise a number by hand.
    """
    made = hashlib.blake2b(digest_size=_CHECKSUM_BYTES)
    for path in (*sorted(_sources()), Path(state_codec.__file__)):
        made.update(path.read_bytes())
    return made.hexdigest()


def is_due(before: int, after: int) -> bool:
    """Whether a state is stored with the events from `before` to `after`.

    By round numbers, so that processes that write in turn need not know of each other's.
    """
    return before // STORED_EVERY < after // STORED_EVERY


def stored(seq: int, state: ShowState) -> StoredState:
    """A state to keep, with what tells whether it fits."""
    data = state_codec.encode_state(state)
    version = state_version()
    return StoredState(seq, version, _checksum(state.slug, seq, version, data), data)


def opened(slug: str, kept: StoredState | None) -> tuple[ShowState, int] | None:
    """A show's stored state and its seq; None where there is none that fits."""
    if kept is None or kept.version != state_version():
        return None
    try:
        if kept.checksum != _checksum(slug, kept.seq, kept.version, kept.data):
            raise state_codec.BadState("expected another checksum")
        return state_codec.decode_state(kept.data), kept.seq
    except state_codec.BadState as error:
        logger.warning("%s: the stored state is of no use (%s); reading the log", slug, error)
        return None


def _checksum(slug: str, seq: int, version: str, data: bytes) -> bytes:
    made = hashlib.blake2b(f"{slug} {seq} {version} ".encode(), digest_size=_CHECKSUM_BYTES)
    made.update(data)
    return made.digest()


def _sources() -> Iterable[Path]:
    return Path(domain.__file__).parent.rglob("*.py")
