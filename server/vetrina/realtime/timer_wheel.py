"""Timer wheel: deadlines of many, without a timer for each."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar


class Timed(Protocol):
    """What a timer wheel holds. `timer_slot` belongs to the wheel; it begins as None."""

    timer_slot: int | None


T = TypeVar("T", bound=Timed)


class TimerWheel(Generic[T]):
    """Everything that falls due within one step is found together; the rest is never looked at."""

    def __init__(self, step_ms: int) -> None:
        self._step_ms = step_ms
        self._slots: dict[int, dict[T, None]] = {}
        self._next: int | None = None

    def put(self, item: T, due_ms: int) -> None:
        """Hold the item until then; it leaves the place where it was."""
        self.drop(item)
        slot = -(-due_ms // self._step_ms)
        if self._next is not None:
            slot = max(slot, self._next)
        item.timer_slot = slot
        items = self._slots.get(slot)
        if items is None:
            items = self._slots[slot] = {}
        items[item] = None

    def drop(self, item: T) -> None:
        """Hold it no more. Twice does no harm."""
        if item.timer_slot is None:
            return
        items = self._slots.get(item.timer_slot)
        if items is not None:
            items.pop(item, None)
            if not items:
                del self._slots[item.timer_slot]
        item.timer_slot = None

    def due(self, now_ms: int) -> list[T]:
        """Take out everything whose time has come, the earliest step first."""
        last = now_ms // self._step_ms
        found: list[T] = []
        for slot in sorted(slot for slot in self._slots if slot <= last):
            for item in self._slots.pop(slot):
                item.timer_slot = None
                found.append(item)
        self._next = last + 1
        return found
