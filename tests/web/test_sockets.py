"""`/ws` over real sockets: who comes in, what is answered, and with which code it ends.

Nothing here knows what carries the frames: another engine passes the same tests.
"""

import asyncio

import orjson
import pytest
from websockets.exceptions import InvalidStatus

from server.protocol.close_codes import CloseCode
from server.realtime.crowd import CrowdLimits
from server.realtime.seat import VIEWER_PATIENCE
from tests.fakes import settled
from tests.realtime.facts import NOW, announced, bought, publish
from tests.realtime.waiting import until
from tests.web.live_socket import CONTROL, CONTROL_OF_ANOTHER, HOOK, OVERLAY, live_socket

HELLO = {"type": "hello", "v": 1, "role": "viewer", "show": "drop"}


@pytest.fixture
async def live():
    async with live_socket() as live:
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
        ({**HELLO, "show": "a\u0000b"}, CloseCode.UNKNOWN_SHOW),
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


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("{", CloseCode.BAD_FRAME),
        ("[]", CloseCode.BAD_FRAME),
        ('{"type":7}', CloseCode.BAD_FRAME),
        (b"\xff\xfe", CloseCode.BAD_FRAME),
        ('"' + "x" * 17_000 + '"', CloseCode.FRAME_TOO_LARGE),
        (orjson.dumps(HELLO).decode(), CloseCode.HELLO_EXPECTED),
    ],
    ids=["half an object", "a list", "a number for a type", "bytes", "too large", "hello again"],
)
async def test_a_frame_that_cannot_be_read_ends_with_its_code(live, data, code):
    async with live.viewer() as viewer:
        await viewer.websocket.send(data)
        assert await viewer.end() == (code.label, code)


async def test_too_many_frames_end_the_connection(live):
    async with live.viewer() as viewer:
        for _ in range(live.hub.house.manners.burst):
            await viewer.say(type="ping")
        assert await viewer.end() == ("too_many_frames", 4103)


async def test_a_client_that_says_nothing_is_closed_after_ten_seconds(live):
    async with live.client() as line:
        await until(lambda: live.hub.clients)
        await live.pass_time(9_500)
        assert live.metric('vetrina_closes_total{code="hello_timeout"}') == 0
        await live.pass_time(1_000)
        assert await line.end() == ("hello_timeout", 4105)
    assert live.metric('vetrina_closes_total{code="hello_timeout"}') == 1


async def test_a_client_that_falls_silent_is_closed(live):
    async with live.viewer() as viewer:
        await live.pass_time(61_000)
        await viewer.say(type="ping")
        await viewer.hear("pong")
        await live.pass_time(61_000)
        await viewer.say(type="ping")
        await viewer.hear("pong")
        await live.pass_time(63_500)
        assert await viewer.end() == ("silent", 4102)


async def test_a_revoked_key_closes_its_socket_at_once(live):
    async with live.overlay() as overlay, live.viewer() as viewer:
        live.hub.close_key("key_overlay")
        assert await overlay.end() == ("revoked", 4503)
        await viewer.say(type="ping")
        assert await viewer.hear("pong")
    assert live.clock.now_ms() == NOW


async def test_a_key_that_is_revoked_during_the_look_up_does_not_come_in(live):
    live.keys.gate.clear()
    async with live.client() as line:
        await line.say(type="hello", v=1, role="overlay", key=OVERLAY)
        await live.keys.asked.wait()
        live.hub.close_key("key_overlay")
        live.keys.gate.set()
        assert await line.end() == ("revoked", 4503)


async def test_a_revoked_key_does_not_come_in(live):
    live.keys.revoke(OVERLAY)
    async with live.client() as line:
        await line.say(type="hello", v=1, role="overlay", key=OVERLAY)
        assert await line.end() == ("revoked", 4503)


async def test_an_error_of_ours_is_logged_without_the_key_and_the_client_may_come_back(
    live, caplog
):
    live.keys.error = OSError("the disk is gone")
    async with live.client() as line:
        await line.say(type="hello", v=1, role="overlay", key=OVERLAY)
        assert await line.end() == ("internal_error", 4100)
    assert "the disk is gone" in caplog.text
    assert OVERLAY not in caplog.text


async def test_a_client_that_leaves_during_the_look_up_leaves_nothing_behind(live):
    live.keys.gate.clear()
    async with live.client() as line:
        await line.say(type="hello", v=1, role="overlay", key=OVERLAY)
        await live.keys.asked.wait()
        line.websocket.transport.abort()
    live.keys.gate.set()
    await until(lambda: not live.hub.clients)
    await until(lambda: len(live.room.seating) == 0)


async def test_a_viewer_that_leaves_is_forgotten(live):
    async with live.viewer():
        assert live.room.viewers == 1
        assert live.metric('vetrina_connections{role="viewer"}') == 1
    await until(lambda: live.room.viewers == 0)
    await until(lambda: not live.hub.clients)
    assert live.metric('vetrina_connections{role="viewer"}') == 0


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://absolute", "//"])
async def test_a_page_of_another_site_does_not_come_in(live, origin):
    with pytest.raises(InvalidStatus) as refused:
        async with live.client(origin=origin):
            pass
    assert refused.value.response.status_code == 403
    assert live.metric('vetrina_handshakes_refused_total{code="origin"}') == 1


async def test_our_own_page_comes_in(live):
    async with live.client(origin=f"http://{live.address}") as line:
        await line.say(**HELLO)
        assert await line.hear("welcome")


async def test_a_page_under_the_public_address_comes_in():
    async with (
        live_socket(public_url="https://Shop.example") as live,
        live.client(origin="https://shop.example") as line,
    ):
        await line.say(**HELLO)
        assert await line.hear("welcome")


async def test_a_full_server_says_when_to_come_back():
    async with (
        live_socket(limits=CrowdLimits(most=2)) as live,
        live.viewer(),
        live.viewer(),
        live.client() as line,
    ):
        assert await line.end() == ("overloaded", 4104)
        assert line.bye["retry_ms"] == [5_000, 20_000]


async def test_an_overlay_comes_in_when_there_is_no_place_for_viewers():
    limits = CrowdLimits(most=20, reserved=19)
    async with live_socket(limits=limits) as live:
        lines = [live.viewer() for _ in range(18)]
        for line in lines:
            await line.__aenter__()
        async with live.client() as late:
            await late.say(**HELLO)
            assert await late.end() == ("overloaded", 4104)
        async with live.overlay() as overlay:
            assert overlay.welcome["type"] == "welcome"
        for line in lines:
            await line.__aexit__(None, None, None)


async def test_who_comes_while_the_server_ends_is_sent_on(live):
    async with live.client() as line:
        await until(lambda: live.hub.clients)
        live.hub.draining = True
        await line.say(**HELLO)
        assert await line.end() == ("restart", 1012)


async def test_the_end_of_the_server_is_told_to_everybody(live):
    async with live.overlay() as overlay, live.viewer() as viewer:
        shutdown = asyncio.create_task(live.hub.shutdown(0))
        for line in (viewer, overlay):
            assert await line.end() == ("restart", 1012)
            assert line.bye["retry_ms"] == [500, 3_000]
        await live.pass_time(250)
        await shutdown
    assert not live.hub.clients


async def test_a_viewer_that_does_not_read_costs_little_and_is_let_go(live):
    async with live.viewer() as stuck, live.viewer() as healthy:
        stuck.websocket.transport.pause_reading()
        seat = next(iter(live.room.seating.viewers))
        while seat not in live.room.seating.lagging:
            publish(live.room, *[announced("x" * 100) for _ in range(100)])
            await settled(2)
            await healthy.hear("events")
        assert seat.member.buffered_bytes < VIEWER_PATIENCE.hard_bytes
        await live.pass_time(VIEWER_PATIENCE.lag_ms + 500)
        assert seat.member.buffered_bytes == 0
        await until(lambda: live.room.viewers == 1)
        await until(lambda: len(live.hub.clients) == 1)
        assert live.metric('vetrina_closes_total{code="slow"}') == 1
        await healthy.say(type="ping")
        assert await healthy.hear("pong")


async def test_a_viewer_that_reads_again_gets_a_snapshot_for_what_it_missed(live):
    async with live.viewer() as viewer:
        viewer.websocket.transport.pause_reading()
        seat = next(iter(live.room.seating.viewers))
        while seat not in live.room.seating.lagging:
            publish(live.room, *[announced("x" * 100) for _ in range(100)])
            await settled(2)
        publish(live.room, announced("the last"))
        viewer.websocket.transport.resume_reading()
        hearing = asyncio.create_task(viewer.hear("welcome"))
        await until(lambda: seat.drained)
        await live.pass_time(250)
        welcome = await hearing
        publish(live.room, announced("after"))
        assert (await viewer.hear("events"))["seq"] == welcome["seq"] + 1
    assert welcome["state"]["announcement"]["text"] == "the last"
