"""The AsyncAPI 3.0 document of `/ws`: frames, events and close codes, from their own tables."""

from __future__ import annotations

from typing import Any, Final, get_args

from pydantic import TypeAdapter

from vetrina import __version__
from vetrina.domain.show.events import Event
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.codec import EVENT_TYPES
from vetrina.web.schema import socket_messages as shapes
from vetrina.web.schema.json_schema import Schemas

CHANNEL: Final = "#/channels/socket"


def document(root: str = "") -> dict[str, Any]:
    """The whole document; `root` is the path below which the server is."""
    # Made when somebody asks: a start would be a twentieth longer.
    frames: list[TypeAdapter[Any]] = [TypeAdapter(frame) for frame in shapes.FRAMES.values()]
    schemas = Schemas([TypeAdapter(Event), *frames])
    schemas.tag(dict(zip(get_args(Event), EVENT_TYPES, strict=True)))
    _add_seq(schemas.components)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Vetrina live socket",
            "version": __version__,
            "license": {"name": "MIT"},
            "description": _DESCRIPTION,
        },
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": f"{root}/ws",
                "messages": {
                    name: {"$ref": f"#/components/messages/{name}"} for name in shapes.FRAMES
                },
                "bindings": {"ws": {"method": "GET"}},
            }
        },
        "operations": {
            "fromClient": _operation("receive", shapes.FROM_CLIENT),
            "toClient": _operation("send", shapes.TO_CLIENT),
        },
        "components": {
            "messages": {
                name: {"title": name, "summary": frame.__doc__, "payload": schemas.of(adapter)}
                for (name, frame), adapter in zip(shapes.FRAMES.items(), frames, strict=True)
            },
            "schemas": schemas.components,
        },
        "x-close-codes": [_close_code(code) for code in CloseCode],
    }


_DESCRIPTION: Final = (
    "JSON text frames. The first one is `hello`, within 10 s. Every event has a `seq`, without "
    "gaps; a position that is too old is answered with a snapshot. Before every close by the "
    "server there is `bye`; `x-close-codes` lists the codes and what a client does about each."
)


def _operation(action: str, names: tuple[str, ...]) -> dict[str, Any]:
    messages = [{"$ref": f"{CHANNEL}/messages/{name}"} for name in names]
    return {"action": action, "channel": {"$ref": CHANNEL}, "messages": messages}


def _add_seq(components: dict[str, Any]) -> None:
    """On the wire an event also has its number, and for control who caused it."""
    for kind in get_args(Event):
        schema = components[kind.__name__]
        schema["properties"] = {
            "seq": {"type": "integer", "minimum": 1},
            **schema["properties"],
            "by": {"type": ["string", "null"], "description": "For control only."},
        }
        schema["required"] = ["seq", *schema["required"]]


def _close_code(code: CloseCode) -> dict[str, Any]:
    return {
        "code": int(code),
        "name": code.label,
        "reason": code.reason,
        "meaning": code.meaning,
        "reaction": code.reaction,
    }
