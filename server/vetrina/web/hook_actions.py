"""Actions of hooks: each is a word, with a value where it needs one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from vetrina.domain.access import Permission, Role, may
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money
from vetrina.domain.show import commands as cmd
from vetrina.domain.show.state import ShowState

# None: the show is in that state already.
Action = Callable[[ShowState, str | None], cmd.Command | None]


def check_actions(role: Role, actions: Sequence[str]) -> None:
    """A hook key has at least one action, and knows them; others have none. Raises InvalidValue."""
    if not may(role, Permission.CALL_HOOKS):
        if actions:
            raise InvalidValue("actions", "expected none: only hook keys have actions")
        return
    known = ", ".join(ACTIONS)
    if not actions:
        raise InvalidValue("actions", f"expected at least one of {known}")
    for position, action in enumerate(actions):
        if action not in ACTIONS:
            raise InvalidValue(f"actions.{position}", f"expected one of {known}")


def _plain(command: cmd.Command) -> Action:
    """An action without a value."""

    def make(_: ShowState, value: str | None) -> cmd.Command:
        if value is not None:
            raise InvalidValue("value", "expected none: this action takes no value")
        return command

    return make


def _pin(_: ShowState, value: str | None) -> cmd.Command:
    return cmd.PinProduct(_needed(value, "the SKU of a product"))


def _start_deal(state: ShowState, value: str | None) -> cmd.Command:
    """`MUG-1:1490:300` sells MUG-1 for 14.90 (minor units) for 300 seconds, `MUG-1:20p:300` with 20
    percent off."""
    text = _needed(value, "SKU:PRICE:SECONDS, the price in minor units, or 20p for 20 percent off")
    sku, price, seconds = [*text.rsplit(":", 2), "", ""][:3]
    percent = price.removesuffix("p")
    if not sku or not _is_number(percent) or not _is_number(seconds):
        raise InvalidValue("value", f"expected SKU:PRICE:SECONDS such as MUG-1:1490:300: {text}")
    if percent != price:
        return cmd.StartDeal(sku=sku, percent=int(percent), duration_s=int(seconds))
    asked = Money(int(price), state.currency)
    return cmd.StartDeal(sku=sku, price=asked, duration_s=int(seconds))


def _stop_deal(state: ShowState, value: str | None) -> cmd.Command | None:
    """Without an id the deal that ends first, and nothing when there is none."""
    if value is not None:
        return cmd.EndDeal(value)
    nearest = min(state.deals.values(), key=lambda deal: deal.ends_at, default=None)
    return None if nearest is None else cmd.EndDeal(nearest.id)


def _pause(state: ShowState, value: str | None) -> cmd.Command | None:
    return None if state.status == "paused" else _plain(cmd.PauseShow())(state, value)


def _resume(state: ShowState, value: str | None) -> cmd.Command | None:
    return None if state.status == "live" else _plain(cmd.ResumeShow())(state, value)


def _needed(value: str | None, what: str) -> str:
    if not value:
        raise InvalidValue("value", f"expected {what} after the action, such as /pin.set/MUG-1")
    return value


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


ACTIONS: Final[dict[str, Action]] = {
    "pin.next": _plain(cmd.PinNext()),
    "pin.set": _pin,
    "pin.clear": _plain(cmd.UnpinProduct()),
    "deal.start": _start_deal,
    "deal.stop": _stop_deal,
    "panic": _plain(cmd.Panic()),
    "calm": _plain(cmd.Calm()),
    "announce.clear": _plain(cmd.ClearAnnouncement()),
    "show.pause": _pause,
    "show.resume": _resume,
}
