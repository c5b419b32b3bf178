"""How connections on `/ws` end: with which code, for which reason, and what they leave behind.

Nothing here knows what carries the frames: another engine passes the same tests.
"""

import asyncio

import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.fakes import settled
from tests.realtime.facts import NOW, announced, publish
from tests.waiting import until
from tests.web.live_socket import HELLO, OVERLAY, live_socket
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.connection_limits import ConnectionLimits
from vetrina.realtime.subscriber import VIEWER_LIMITS


@pytest.fixture
async def live():
    async with live_socket() as live:
        yield live


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
        for _ in range(live.hub.config.limits.burst):
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
    assert len(live.room.subscribers) == 0


async def test_a_look_up_that_hangs_holds_no_place():
    async with live_socket(limits=ConnectionLimits(most=1)) as live:
        live.keys.gate.clear()
        async with live.client() as line:
            await line.say(type="hello", v=1, role="overlay", key=OVERLAY)
            await live.keys.asked.wait()
            next(iter(live.hub.clients)).close(CloseCode.RECONNECT)
            assert await line.end() == ("reconnect", 4000)
        await until(lambda: not live.hub.clients)
        async with live.viewer() as viewer:
            assert viewer.welcome["seq"] == 0


async def test_a_viewer_that_leaves_is_forgotten(live):
    async with live.viewer():
        assert live.room.counts.viewers == 1
        assert live.metric('vetrina_connections{role="viewer"}') == 1
    await until(lambda: live.room.counts.viewers == 0)
    await until(lambda: not live.hub.clients)
    assert live.metric('vetrina_connections{role="viewer"}') == 0


async def test_a_full_server_says_when_to_come_back():
    async with live_socket(limits=ConnectionLimits(most=2)) as live, live.viewer(), live.viewer():
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{live.address}/ws")
        assert refused.value.response.status_code == 503
        assert refused.value.response.headers["Retry-After"] == "5"
        assert live.metric('vetrina_handshakes_refused_total{code="overloaded"}') == 1


async def test_sockets_that_say_nothing_make_room_for_the_host():
    async with (
        live_socket(limits=ConnectionLimits(most=3)) as live,
        live.client() as first,
        live.client(),
        live.client(),
        live.overlay() as overlay,
    ):
        assert overlay.welcome["show"] == "drop"
        assert await first.end() == ("overloaded", 4104)
        assert first.bye["retry_ms"] == [5_000, 20_000]


async def test_a_crowd_that_comes_too_fast_is_let_in_in_waves():
    async with live_socket(accepts_per_s=2) as live, live.viewer(), live.viewer():
        with pytest.raises(InvalidStatus, match="503"):
            await connect(f"ws://{live.address}/ws")
        await live.pass_time(500)
        async with live.viewer() as third:
            assert third.welcome


async def test_an_overlay_comes_in_when_there_is_no_place_for_viewers():
    limits = ConnectionLimits(most=20, reserved=19)
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
        subscriber = next(iter(live.room.subscribers.viewers))
        while subscriber not in live.room.subscribers.lagging:
            publish(live.room, *[announced("x" * 100) for _ in range(100)])
            await settled(2)
            await healthy.hear("events")
        assert subscriber.transport.buffered_bytes < VIEWER_LIMITS.hard_bytes
        await live.pass_time(VIEWER_LIMITS.lag_ms + 500)
        assert subscriber.transport.buffered_bytes == 0
        await until(lambda: live.room.counts.viewers == 1)
        await until(lambda: len(live.hub.clients) == 1)
        assert live.metric('vetrina_closes_total{code="slow"}') == 1
        await healthy.say(type="ping")
        assert await healthy.hear("pong")


async def test_a_viewer_that_reads_again_gets_a_snapshot_for_what_it_missed(live):
    async with live.viewer() as viewer:
        viewer.websocket.transport.pause_reading()
        subscriber = next(iter(live.room.subscribers.viewers))
        while subscriber not in live.room.subscribers.lagging:
            publish(live.room, *[announced("x" * 100) for _ in range(100)])
            await settled(2)
        publish(live.room, announced("the last"))
        viewer.websocket.transport.resume_reading()
        hearing = asyncio.create_task(viewer.hear("welcome"))
        await until(lambda: subscriber.drained)
        await live.pass_time(250)
        welcome = await hearing
        publish(live.room, announced("after"))
        assert (await viewer.hear("events"))["seq"] == welcome["seq"] + 1
    assert welcome["state"]["announcement"]["text"] == "the last"
