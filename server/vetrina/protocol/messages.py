"""Wire messages: parsing what clients send, building what the server sends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from vetrina.domain.access import SOCKET_ROLES, Role, SocketRole
from vetrina.domain.show.events import Position
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.strict_json import SAFE_INTEGER

VERSION: Final = 1
FRAME_BYTES: Final = 16 * 1024
"""Largest frame a client may send; its longest honest frame, a hello, has under 500 bytes."""

_SOCKET_ROLES: Final[Mapping[str, SocketRole]] = {role.value: role for role in SOCKET_ROLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The first frame. `show` is there for viewer and control, `key` for overlay and control.

    `last` None: the client knows nothing yet. `watching` False: it follows the show from a page of
    the shop, and is not counted as one who watches.
    """

    role: SocketRole
    show: str | None = None
    key: str | None = None
    label: str | None = None
    last: Position | None = None
    watching: bool = True


@dataclass(frozen=True, slots=True)
class Ping:
    """The client's heartbeat, answered by `pong`."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A viewer tapped a product; answered by `ack` or `refused` with the same `id`."""

    id: str
    sku: str


@dataclass(frozen=True, slots=True)
class Painted:
    """An overlay has `seq` on screen since `at` (ms, server time as the client knows it)."""

    seq: int
    at: int


@dataclass(frozen=True, slots=True)
class Visible:
    """Whether an overlay's source is shown, and on air. None: unknown."""

    visible: bool | None
    active: bool | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A type from a newer client: refused, never fatal."""

    type: str
    id: str | None


ClientFrame = Hello | Ping | Tap | Painted | Visible | Unknown


class FrameError(Exception):
    """A frame that ends the connection. `code` says how, the message what was expected."""

    def __init__(self, code: CloseCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def parse_client_frame(data: str | bytes) -> ClientFrame:
    """Read one frame. Unknown fields are ignored. Raises FrameError and nothing else."""
    encoded = data.encode(errors="surrogatepass") if isinstance(data, str) else data
    if len(encoded) > FRAME_BYTES:
        message = f"expected at most {FRAME_BYTES} bytes, got {len(encoded)}"
        raise FrameError(CloseCode.FRAME_TOO_LARGE, message)
    try:
        frame = orjson.loads(encoded)
    except orjson.JSONDecodeError as error:
        raise _bad(f"expected JSON: {error}") from error
    if not isinstance(frame, dict):
        raise _bad("expected a JSON object")
    kind = _text(frame, "type", 64)
    parse = _PARSERS.get(kind)
    return parse(frame) if parse else Unknown(kind, _id_or_none(frame))


def _hello(frame: Mapping[str, Any]) -> Hello:
    version = _integer(frame, "v")
    if version != VERSION:
        raise FrameError(CloseCode.BAD_VERSION, f"expected v {VERSION}, got {version}")
    role = frame.get("role")
    if not isinstance(role, str) or role not in _SOCKET_ROLES:
        raise _bad("role: expected viewer, overlay or control")
    return Hello(
        role=_SOCKET_ROLES[role],
        show=_optional_text(frame, "show", 128, needed=role != Role.OVERLAY),
        key=_optional_text(frame, "key", 256, needed=role != Role.VIEWER),
        label=_optional_text(frame, "label", 64),
        last=_position(frame.get("last")),
        watching=_flag(frame, "watching") is not False,
    )


def _position(last: object) -> Position | None:
    if last is None:
        return None
    if not isinstance(last, dict):
        raise _bad("last: expected null or an object with epoch and seq")
    return Position(_text(last, "epoch", 64), _integer(last, "seq"))


def _tap(frame: Mapping[str, Any]) -> Tap:
    return Tap(_text(frame, "id", 64), _text(frame, "sku", 64))


def _painted(frame: Mapping[str, Any]) -> Painted:
    return Painted(_integer(frame, "seq"), _integer(frame, "at"))


def _visible(frame: Mapping[str, Any]) -> Visible:
    return Visible(_flag(frame, "visible"), _flag(frame, "active"))


_PARSERS: Final[Mapping[str, Callable[[Mapping[str, Any]], ClientFrame]]] = {
    "hello": _hello,
    "ping": lambda _: Ping(),
    "tap": _tap,
    "painted": _painted,
    "visible": _visible,
}


def _bad(message: str) -> FrameError:
    return FrameError(CloseCode.BAD_FRAME, message)


def _text(frame: Mapping[str, Any], field: str, most: int) -> str:
    value = frame.get(field)
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise _bad(f"{field}: expected a text of 1 to {most} characters")
    return value


def _optional_text(
    frame: Mapping[str, Any], field: str, most: int, *, needed: bool = False
) -> str | None:
    if not needed and frame.get(field) in (None, ""):
        return None
    return _text(frame, field, most)


def _id_or_none(frame: Mapping[str, Any]) -> str | None:
    value = frame.get("id")
    return value if isinstance(value, str) and len(value) <= 64 else None


def _integer(frame: Mapping[str, Any], field: str) -> int:
    value = frame.get(field)
    if type(value) is not int or not 0 <= value <= SAFE_INTEGER:
        raise _bad(f"{field}: expected a whole number from 0 to 2^53 - 1")
    return value


def _flag(frame: Mapping[str, Any], field: str) -> bool | None:
    value = frame.get(field)
    if value is not None and not isinstance(value, bool):
        raise _bad(f"{field}: expected true, false or null")
    return value


def welcome(
    show: str,
    position: Position,
    *,
    now: int,
    heartbeat_ms: int,
    assets: str,
    state: bytes | None,
) -> bytes:
    """The answer to hello. `state` is an encoded snapshot; None: resumed, the events follow."""
    frame = {
        "type": "welcome",
        "v": VERSION,
        "show": show,
        "epoch": position.epoch,
        "seq": position.seq,
        "now": now,
        "heartbeat_ms": heartbeat_ms,
        "assets": assets,
    }
    if state is not None:
        frame["state"] = orjson.Fragment(state)
    return orjson.dumps(frame)


def events(seq: int, now: int, encoded: Iterable[bytes]) -> bytes:
    """Events in order, each encoded before; `seq` is where the client stands after them."""
    head = b'{"type":"events","seq":%d,"now":%d,"events":[' % (seq, now)
    return b"%b%b]}" % (head, b",".join(encoded))


def signal(
    viewers: int,
    taps: Mapping[str, int] | None = None,
    presence: Mapping[str, Any] | None = None,
) -> bytes:
    """Values of the moment. `taps` (by SKU) and `presence` are for control only.

    `presence` has the fields that `GET /shows/{slug}/overlays` answers.
    """
    frame: dict[str, Any] = {"type": "signal", "viewers": viewers, **(presence or {})}
    if taps is not None:
        frame["taps"] = dict(taps)
    return orjson.dumps(frame)


def pong(now: int) -> bytes:
    """The answer to ping, which is also a sample of the server's clock."""
    return b'{"type":"pong","now":%d}' % now


def ack(frame_id: str) -> bytes:
    """What the frame with this id asked for is done."""
    return orjson.dumps({"type": "ack", "id": frame_id})


def refused(frame_id: str | None, code: str, message: str) -> bytes:
    """What a frame asked for is not done; the connection goes on."""
    return orjson.dumps({"type": "refused", "id": frame_id, "code": code, "message": message})


def bye(
    code: CloseCode, retry_ms: tuple[int, int] | None = None, message: str | None = None
) -> bytes:
    """Sent before every close. `retry_ms`: come back after a random time in this range."""
    frame: dict[str, Any] = {"type": "bye", "code": code.label, "retry_ms": retry_ms}
    frame["message"] = message or code.reason
    return orjson.dumps(frame)
