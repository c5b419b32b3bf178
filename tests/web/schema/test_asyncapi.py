from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.web.schema.test_openapi import references
from vetrina.domain.show.events import Position, ProductUnpinned, Recorded
from vetrina.protocol import messages
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.codec import EVENT_TYPES, wire_event
from vetrina.web.schema.asyncapi import document
from vetrina.web.schema.socket_messages import FRAMES, FROM_CLIENT, TO_CLIENT


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return document()


def test_the_form_is_that_of_asyncapi(told):
    assert told["asyncapi"] == "3.0.0"
    assert told["channels"]["socket"]["address"] == "/ws"
    for reference in references(told):
        place: Any = told
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
        assert place


def test_every_frame_goes_one_way(told):
    assert set(FRAMES) == set(told["components"]["messages"])
    assert sorted((*FROM_CLIENT, *TO_CLIENT)) == sorted(FRAMES)
    sent = told["operations"]["toClient"]["messages"]
    assert {message["$ref"].rpartition("/")[2] for message in sent} == set(TO_CLIENT)


def test_every_event_has_its_type_and_number(told):
    types = {}
    for schema in told["components"]["schemas"].values():
        properties = schema.get("properties", {})
        if "const" in properties.get("type", {}) and "seq" in properties:
            types[properties["type"]["const"]] = schema
    assert set(EVENT_TYPES) <= set(types)
    for name in EVENT_TYPES:
        assert {"seq", "type", "at"} <= set(types[name]["required"])


def test_every_close_code_is_there(told):
    assert {code["code"]: code["reaction"] for code in told["x-close-codes"]} == {
        int(code): code.reaction for code in CloseCode
    }


SENT = {
    "welcome": messages.welcome(
        "spring", Position("abc", 3), now=5, heartbeat_ms=25_000, assets="x", state=None
    ),
    "events": messages.events(3, 5, []),
    "signal": messages.signal(7),
    "pong": messages.pong(5),
    "ack": messages.ack("c1"),
    "refused": messages.refused(None, "x", "y"),
    "bye": messages.bye(CloseCode.SLOW, (500, 3000)),
}


@pytest.mark.parametrize("name", SENT)
def test_what_the_server_sends_has_the_described_form(name):
    """The shapes are written by hand, so each is held against the frame itself."""
    shape = TypeAdapter(FRAMES[name]).validate_json(SENT[name])
    assert shape.type == name


def test_an_event_on_the_wire_has_the_described_fields(told):
    wire = wire_event(Recorded(4, ProductUnpinned(1, 1, "A", "expired"), None), "team").data
    properties = told["components"]["schemas"]["ProductUnpinned"]["properties"]
    assert set(wire) == set(properties)


async def test_it_is_served(site, told):
    assert (await site.http.get("/asyncapi.json")).json() == told
