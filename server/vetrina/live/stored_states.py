"""Checkpoints of shows: when a state is stored with the log, and when a stored one may be used.

A stored state fits if it was made by the same code from the same beginning. Whatever does not fit
is passed over, and the log tells.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import orjson

from vetrina import domain
from vetrina.domain.show.state import ShowState
from vetrina.protocol import state_codec
from vetrina.store.ports.shows import Show
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


def initial_state(show: Show) -> ShowState:
    """The state before the first event."""
    return ShowState(slug=show.slug, title=show.title, currency=show.currency, host=show.host)


def is_due(before: int, after: int) -> bool:
    """Whether a state is stored with the events from `before` to `after`.

    By round numbers, so that processes that write in turn need not know of each other's.
    """
    return before // STORED_EVERY < after // STORED_EVERY


def stored(show: Show, seq: int, state: ShowState) -> StoredState:
    """A state to keep, with what tells whether it fits."""
    data = state_codec.encode_state(state)
    version = state_version()
    return StoredState(seq, version, _checksum(show, seq, version, data), data)


def opened(show: Show, kept: StoredState | None) -> tuple[ShowState, int]:
    """The state to begin from and its seq: a stored one that fits, else that of an empty log."""
    nothing = initial_state(show), 0
    if kept is None or kept.version != state_version():
        return nothing
    try:
        if kept.checksum != _checksum(show, kept.seq, kept.version, kept.data):
            raise state_codec.BadState("expected another checksum")
        return state_codec.decode_state(kept.data), kept.seq
    except state_codec.BadState as error:
        logger.warning("%s: the stored state is of no use (%s); reading the log", show.slug, error)
        return nothing


def _checksum(show: Show, seq: int, version: str, data: bytes) -> bytes:
    """Over what it was made from too: a show whose title was changed begins otherwise."""
    beginning = orjson.dumps([initial_state(show), seq, version], option=orjson.OPT_NON_STR_KEYS)
    made = hashlib.blake2b(beginning, digest_size=_CHECKSUM_BYTES)
    made.update(data)
    return made.digest()


def _sources() -> Iterable[Path]:
    return Path(domain.__file__).parent.rglob("*.py")
