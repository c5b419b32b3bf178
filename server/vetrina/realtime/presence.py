"""Presence: which overlays of a show are connected, and what each has on screen."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, Final

REMEMBERED_MS: Final = 600_000
"""A disconnected overlay stays listed, so that the host sees that one is missing."""
NAMELESS_MS: Final = 60_000
"""One without a name that was not missed is cleared away sooner: nobody could tell which it was."""
MOST_GONE: Final = 20
MOST_SIGNALLED: Final = 32
"""A longer list is for those who ask: control would get it once a second."""
AGE_STEP_MS: Final = 30_000
"""A heartbeat comes more often, so an age that passes this is news."""

_BROWSER = re.compile(r"\bChrome/(\d{1,4})")
_OBS = re.compile(r"\bOBS/(\d{1,4}(?:\.\d{1,4})?)")


@lru_cache(maxsize=1024)
def engine_of(user_agent: str) -> str | None:
    """ "OBS 31.0 / Chrome 127" of a browser's own long name; None when it is neither."""
    obs, browser = _OBS.search(user_agent), _BROWSER.search(user_agent)
    names = [f"OBS {obs[1]}" if obs else None, f"Chrome {browser[1]}" if browser else None]
    return " / ".join(name for name in names if name) or None


@dataclass(slots=True, eq=False, kw_only=True)
class Overlay:
    """One overlay instance: a browser source in OBS, say. None: not reported yet.

    `lost`: it was on air when it left, so that the audience misses it.
    """

    id: str
    key_id: str
    label: str
    engine: str | None
    seen_at: int
    visible: bool | None = None
    active: bool | None = None
    painted_seq: int | None = None
    painted_at: int | None = None
    paint_ms: int | None = None
    left_at: int | None = None
    lost: bool = False

    def painted(self, seq: int, at: int, event_at: int | None) -> None:
        """It has `seq` on screen since `at`; `event_at` is when that event happened, if known."""
        if self.painted_seq is not None and seq < self.painted_seq:
            return
        self.painted_seq, self.painted_at = seq, at
        self.paint_ms = None if event_at is None else max(0, at - event_at)

    def listed(self, now: int) -> dict[str, Any]:
        """The form of `GET /shows/{slug}/overlays`."""
        return {
            "id": self.id,
            "label": self.label,
            "connected": self.left_at is None,
            "lost": self.lost,
            "visible": self.visible,
            "active": self.active,
            "painted_seq": self.painted_seq,
            "painted_at": self.painted_at,
            "paint_ms": self.paint_ms,
            "heartbeat_age_ms": max(0, now - self.seen_at),
            "engine": self.engine,
        }


class Overlays:
    """The overlays of a show, those that left within ten minutes too."""

    def __init__(self) -> None:
        self._known: dict[str, Overlay] = {}

    def connect(self, key_id: str, label: str, engine: str | None, now: int) -> Overlay:
        """An overlay connects; the one that left under the same key and label comes back."""
        for overlay in self._gone():
            if (overlay.key_id, overlay.label) == (key_id, label):
                overlay.left_at, overlay.lost = None, False
                overlay.engine, overlay.seen_at = engine, now
                return overlay
        id = first_free(_name_of(key_id, label), self._known)
        overlay = Overlay(id=id, key_id=key_id, label=label, engine=engine, seen_at=now)
        self._known[overlay.id] = overlay
        return overlay

    def disconnect(self, overlay: Overlay, now: int) -> None:
        """An overlay is gone: nobody sees what it had on screen."""
        overlay.left_at, overlay.lost = now, overlay.active is True
        overlay.visible = overlay.active = None
        for oldest in list(self._gone())[:-MOST_GONE]:
            del self._known[oldest.id]

    def forget(self, now: int) -> None:
        """Drop those that left long ago."""
        for overlay in list(self._gone()):
            kept_ms = REMEMBERED_MS if overlay.label or overlay.lost else NAMELESS_MS
            if overlay.left_at is not None and now - overlay.left_at > kept_ms:
                del self._known[overlay.id]

    def listed(self, now: int) -> list[dict[str, Any]]:
        """All of them, in order of their first appearance."""
        self.forget(now)
        return [overlay.listed(now) for overlay in self._known.values()]

    def _gone(self) -> Iterator[Overlay]:
        """Those that left, the longest gone first."""
        gone = (overlay for overlay in self._known.values() if overlay.left_at is not None)
        return iter(sorted(gone, key=lambda overlay: overlay.left_at or 0))


def combined(
    own: Sequence[Mapping[str, Any]], elsewhere: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The overlays of all processes, each once and under an id of its own.

    One that left one process and is connected to another has only moved.
    """
    others = list(elsewhere)
    on = {one["id"] for one in (*own, *others) if one["connected"]}
    listed = [dict(one) for one in own if one["connected"] or one["id"] not in on]
    taken = {one["id"] for one in listed}
    for one in others:
        if not one["connected"] and (one["id"] in on or one["id"] in taken):
            continue
        id = first_free(one["id"], taken)
        taken.add(id)
        listed.append({**one, "id": id})
    return listed


def without_ages(overlays: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What is worth telling anew when it changes: ages in steps, for they change all the time."""
    return [{**one, "heartbeat_age_ms": one["heartbeat_age_ms"] // AGE_STEP_MS} for one in overlays]


def first_free(id: str, taken: Container[str]) -> str:
    """The id, or where several go by it the first of `id-2`, `id-3`, … that is free."""
    tried = (id if n == 1 else f"{id}-{n}" for n in count(1))
    return next(one for one in tried if one not in taken)


def _name_of(key_id: str, label: str) -> str:
    """The same in every process, so that one that connects to another one stays the same."""
    name = hashlib.blake2s(f"{key_id} {label}".encode(errors="surrogatepass"), digest_size=4)
    return f"o{name.hexdigest()}"
