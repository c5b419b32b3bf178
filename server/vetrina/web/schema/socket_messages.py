"""The frames of the socket as types, for its description. Field names are those on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from vetrina.domain.access import SocketRole
from vetrina.domain.show.events import Event, Position, SoldItem
from vetrina.web.api.responses import OverlayInstance, State


@dataclass(frozen=True, kw_only=True)
class Hello:
    """The first frame. `show` for viewer and control, `key` for overlay and control.

    `watching` false: a viewer who is not counted, as on a page of the shop.
    """

    type: Literal["hello"]
    v: Literal[1]
    role: SocketRole
    show: str | None = None
    key: str | None = None
    label: str | None = None
    last: Position | None = None
    watching: bool | None = None


@dataclass(frozen=True)
class Ping:
    """The client's heartbeat."""

    type: Literal["ping"]


@dataclass(frozen=True)
class Tap:
    """A viewer tapped a product; answered by ack or refused."""

    type: Literal["tap"]
    id: str
    sku: str


@dataclass(frozen=True)
class Painted:
    """An overlay has this seq on screen."""

    type: Literal["painted"]
    seq: int
    at: int


@dataclass(frozen=True)
class Visible:
    """Whether an overlay's source is shown, and on air."""

    type: Literal["visible"]
    visible: bool | None
    active: bool | None


@dataclass(frozen=True, kw_only=True)
class Welcome:
    """The answer to hello. Without `state` the position was resumed and events follow."""

    type: Literal["welcome"]
    v: Literal[1]
    show: str
    epoch: str
    seq: int
    now: int
    heartbeat_ms: int
    assets: str
    state: State | None = None


@dataclass(frozen=True, kw_only=True)
class PurchasesMerged:
    """Stands for several purchases that came faster than people can read."""

    type: Literal["purchases_merged"]
    seq: int
    at: int
    purchase: str
    count: int
    units: int
    items: list[SoldItem]
    occurred_at: int
    test: bool


@dataclass(frozen=True)
class Events:
    """Events in order; `seq` says where the client now stands."""

    type: Literal["events"]
    seq: int
    now: int
    events: list[Event | PurchasesMerged]


@dataclass(frozen=True)
class Signal:
    """Values of the moment; the last one wins. All but `viewers` is for control.

    `overlays` and `complete` are as `GET /shows/{slug}/overlays` answers them. They are left out
    where there are more than 32 overlays.
    """

    type: Literal["signal"]
    viewers: int
    taps: dict[str, int] | None = None
    overlays: list[OverlayInstance] | None = None
    complete: bool | None = None


@dataclass(frozen=True)
class Pong:
    """The answer to ping, and a sample of the server's clock."""

    type: Literal["pong"]
    now: int


@dataclass(frozen=True)
class Ack:
    """What the frame with this id asked for is done."""

    type: Literal["ack"]
    id: str


@dataclass(frozen=True)
class Refused:
    """What a frame asked for is not done; the connection goes on."""

    type: Literal["refused"]
    id: str | None
    code: str
    message: str


@dataclass(frozen=True)
class Bye:
    """Before every close by the server. `retry_ms`: come back after a random time in it."""

    type: Literal["bye"]
    code: str
    retry_ms: tuple[int, int] | None
    message: str


FROM_CLIENT: Final = ("hello", "ping", "tap", "painted", "visible")
TO_CLIENT: Final = ("welcome", "events", "signal", "pong", "ack", "refused", "bye")
FRAMES: Final[dict[str, Any]] = {
    "hello": Hello,
    "ping": Ping,
    "tap": Tap,
    "painted": Painted,
    "visible": Visible,
    "welcome": Welcome,
    "events": Events,
    "signal": Signal,
    "pong": Pong,
    "ack": Ack,
    "refused": Refused,
    "bye": Bye,
}
