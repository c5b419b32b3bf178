"""`/ws` over real sockets: who comes in, and what is answered.

Nothing here knows what carries the frames: another engine passes the same tests.
"""

import orjson
import pytest
from websockets.exceptions import InvalidStatus

from tests.realtime.facts import NOW, announced, bought, publish
from tests.realtime.uvicorn_server import WAYS
from tests.waiting import until
from tests.web.live_socket import CONTROL, CONTROL_OF_ANOTHER, HELLO, HOOK, OVERLAY, live_socket
from vetrina.protocol.close_codes import CloseCode
from vetrina.web.sockets import endpoint

# Uvicorn's own class knows nothing of us: what it serves is plain ASGI, as under another server.
PLAIN_ASGI = {"ws": "websockets-sansio", "ws_per_message_deflate": False}
ENGINES = {
    "first read": {},
    "general way": {"way": WAYS[1]},
    "asgi": {"way": WAYS[1], "server": PLAIN_ASGI},
}


@pytest.fixture(params=ENGINES)
async def live(request):
    async with live_socket(**ENGINES[request.param]) as live:
        yield live


async def test_a_viewer_is_welcomed_and_hears_what_happens(live):
    async with live.viewer() as viewer:
        publish(live.room, announced("Now"))
        events = await viewer.hear("events")
    assert viewer.welcome["state"]["viewers"] == 1
    assert (viewer.welcome["assets"], viewer.welcome["heartbeat_ms"]) == ("9f31c2", 25_000)
    assert events["events"][0]["text"] == "Now"


async def test_frames_are_text(live):
    async with live.client() as line:
        await line.say(**HELLO)
        assert isinstance(await line.websocket.recv(), str)


async def test_a_binary_frame_is_read_as_well(live):
    async with live.client() as line:
        await line.websocket.send(orjson.dumps(HELLO))
        assert await line.hear("welcome")


async def test_a_viewer_who_comes_back_resumes(live):
    async with live.viewer() as viewer:
        last = {"epoch": viewer.welcome["epoch"], "seq": viewer.welcome["seq"]}
    publish(live.room, announced("meanwhile"))
    async with live.client() as line:
        await line.say(**HELLO, last=last)
        welcome = await line.hear("welcome")
        events = await line.hear("events")
    assert "state" not in welcome
    assert [event["text"] for event in events["events"]] == ["meanwhile"]


async def test_an_overlay_comes_in_with_its_key_alone(live):
    async with live.overlay() as overlay:
        assert overlay.welcome["show"] == "drop"
        await overlay.say(type="visible", visible=True, active=True)
        publish(live.room, announced("Now", live.clock.now_ms()))
        seq = (await overlay.hear("events"))["seq"]
        await overlay.say(type="painted", seq=seq, at=live.clock.now_ms() + 16)
        await overlay.say(type="ping")
        await overlay.hear("pong")
        (listed,) = live.room.overlay_list(live.clock.now_ms())
    assert listed["engine"] == "OBS 31.0 / Chrome 127"
    assert (listed["label"], listed["connected"], listed["active"]) == ("main", True, True)
    assert (listed["painted_seq"], listed["paint_ms"]) == (seq, 16)
    await until(lambda: not live.room.overlay_list(NOW)[0]["connected"])


async def test_control_sees_totals_amounts_and_taps(live):
    async with live.client() as control, live.viewer() as viewer:
        await control.say(type="hello", v=1, role="control", key=CONTROL, show="drop")
        assert (await control.hear("welcome"))["state"]["totals"]["orders"] == 0
        publish(live.room, bought(1))
        assert (await control.hear("events"))["events"][0]["amounts"]
        await viewer.say(type="tap", id="c1", sku="MUG-1")
        assert await viewer.hear("ack") == {"type": "ack", "id": "c1"}
        await live.pass_time(1_000)
        assert (await control.hear("signal"))["taps"] == {"MUG-1": 1}


async def test_a_tap_beside_the_bag_is_refused_with_its_id(live):
    async with live.viewer() as viewer:
        await viewer.say(type="tap", id="c7", sku="NOPE")
        refused = await viewer.hear("refused")
    assert (refused["id"], refused["code"]) == ("c7", "not_in_bag")


async def test_the_clock_can_be_asked_for(live):
    async with live.viewer() as viewer:
        await viewer.say(type="ping")
        assert await viewer.hear("pong") == {"type": "pong", "now": live.clock.now_ms()}


async def test_an_unknown_type_is_refused_and_nothing_ends(live):
    async with live.viewer() as viewer:
        await viewer.say(type="dance", id="c1")
        assert (await viewer.hear("refused"))["code"] == "unknown_type"
        await viewer.say(type="ping")
        assert await viewer.hear("pong")


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        ({**HELLO, "show": "nope"}, CloseCode.UNKNOWN_SHOW),
        ({**HELLO, "v": 2}, CloseCode.BAD_VERSION),
        ({**HELLO, "role": "admin"}, CloseCode.BAD_FRAME),
        ({**HELLO, "last": {"epoch": "a", "seq": "1"}}, CloseCode.BAD_FRAME),
        ({"type": "hello", "v": 1, "role": "viewer"}, CloseCode.BAD_FRAME),
        ({"type": "ping"}, CloseCode.HELLO_EXPECTED),
        ({"type": "hello", "v": 1, "role": "overlay", "key": "ovl_nope"}, CloseCode.BAD_KEY),
        ({"type": "hello", "v": 1, "role": "overlay", "key": CONTROL}, CloseCode.BAD_KEY),
        ({"type": "hello", "v": 1, "role": "overlay", "key": HOOK}, CloseCode.BAD_KEY),
        ({**HELLO, "role": "control", "key": OVERLAY}, CloseCode.BAD_KEY),
        ({**HELLO, "role": "control", "key": CONTROL_OF_ANOTHER}, CloseCode.BAD_KEY),
        ({**HELLO, "role": "control"}, CloseCode.BAD_FRAME),
        ({**HELLO, "role": "control", "key": CONTROL, "show": "no"}, CloseCode.UNKNOWN_SHOW),
    ],
    ids=lambda value: value.label if isinstance(value, CloseCode) else "",
)
async def test_a_hello_that_cannot_be_answered_ends_with_its_code(live, hello, code):
    async with live.client() as line:
        await line.say(**hello)
        assert await line.end() == (code.label, code)
    await until(lambda: not live.hub.clients)


async def test_a_key_that_is_revoked_during_the_look_up_does_not_come_in(live):
    live.keys.gate.clear()
    async with live.client() as line:
        await line.say(type="hello", v=1, role="overlay", key=OVERLAY)
        await live.keys.asked.wait()
        live.hub.close_key("key_overlay")
        live.keys.gate.set()
        assert await line.end() == ("revoked", 4503)


async def test_pings_are_answered_while_a_long_log_is_read(live, monkeypatch):
    """A client whose library pings would take the server for dead, and come back to the same."""
    monkeypatch.setattr(endpoint, "UNHEARD_S", 0)
    live.keys.gate.clear()
    async with live.client() as line:
        await line.say(type="hello", v=1, role="overlay", key=OVERLAY)
        await live.keys.asked.wait()
        await (await line.websocket.ping())
        live.keys.gate.set()
        assert await line.hear("welcome")


async def test_a_revoked_key_does_not_come_in(live):
    live.keys.revoke(OVERLAY)
    async with live.client() as line:
        await line.say(type="hello", v=1, role="overlay", key=OVERLAY)
        assert await line.end() == ("revoked", 4503)


async def test_a_name_that_no_show_can_have_is_not_looked_up(live):
    """PostgreSQL takes no NUL in a text and would answer with an error."""
    async with live.client() as line:
        await line.say(**{**HELLO, "show": "a\u0000b"})
        assert await line.end() == ("unknown_show", 4504)
    assert live.rooms.asked == []


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://absolute", "//", "http://[", "http://[x]"]
)
async def test_a_page_of_another_site_does_not_come_in(live, origin):
    with pytest.raises(InvalidStatus) as refused:
        async with live.client(origin=origin):
            pass
    assert refused.value.response.status_code == 403
    assert live.metric('vetrina_handshakes_refused_total{code="origin"}') == 1


async def test_an_origin_without_a_host_is_not_taken_for_a_request_without_one(live):
    sent = []

    async def send(message):
        sent.append(message["type"])

    async def receive():
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/ws", "headers": [(b"origin", b"null")]}
    await live.endpoint(scope, receive, send)
    assert sent == ["websocket.close"]


async def test_our_own_page_comes_in(live):
    async with live.client(origin=f"http://{live.address}") as line:
        await line.say(**HELLO)
        assert await line.hear("welcome")


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://shop.example", "shop.example:443"),
        ("https://shop.example", "Shop.example:80"),
        ("http://shop.example", "shop.example:80"),
        ("http://shop.example:80", "shop.example"),
        ("https://[2001:db8::1]", "[2001:db8::1]:443"),
    ],
)
async def test_a_default_port_equals_none(live, origin, host):
    """`Host` as `proxy_set_header Host $host:$server_port` sends it."""
    assert await handshake(live, origin, host) == "websocket.accept"


@pytest.mark.parametrize("host", ["shop.example:8443", "shop.example:4430", "evil.example:443"])
async def test_another_port_or_name_is_another_page(live, host):
    assert await handshake(live, "https://shop.example", host) == "websocket.close"


async def test_a_default_port_in_the_public_address_equals_none():
    async with live_socket(public_url="https://shop.example:443") as live:
        assert await handshake(live, "https://shop.example", "inner:8000") == "websocket.accept"


async def handshake(live, origin, host):
    """What the endpoint says first to a handshake with these headers."""
    sent = []

    async def send(message):
        sent.append(message["type"])

    messages = iter([{"type": "websocket.connect"}])

    async def receive():
        return next(messages, {"type": "websocket.disconnect"})

    headers = [(b"origin", origin.encode()), (b"host", host.encode())]
    scope = {"type": "websocket", "path": "/ws", "headers": headers, "client": None}
    await live.endpoint(scope, receive, send)
    return sent[0]


async def test_a_page_under_the_public_address_comes_in():
    async with (
        live_socket(public_url="https://Shop.example") as live,
        live.client(origin="https://shop.example") as line,
    ):
        await line.say(**HELLO)
        assert await line.hear("welcome")
