"""Clients that mean harm, or are broken, against the real endpoint.

Others are unharmed, and nothing of them stays behind.
"""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from tests.fakes import settled
from tests.realtime.facts import announced, publish
from tests.realtime.uvicorn_server import WAYS
from tests.realtime.watched_room import HALF, ON_AIR, VIEWER, read_events, viewer, watched_room
from tests.waiting import until
from tests.websocket.raw_socket import (
    CONT,
    HANDSHAKE,
    PING,
    PONG,
    TEXT,
    close,
    frame,
    raw_socket,
    reset,
    tcp,
)
from vetrina.protocol.close_codes import CloseCode
from vetrina.websocket import detached_transport as detached_module
from vetrina.websocket.detached_transport import DetachedTransport


@pytest.fixture(params=WAYS)
async def live(request, monkeypatch):
    monkeypatch.setattr(detached_module, "GRACE_S", 0.2)
    async with watched_room(request.param) as live:
        yield live


async def test_pings_by_the_thousand_do_not_reach_the_others(live, monkeypatch):
    """A read is answered with one write, and who goes on pinging is sent away."""
    turns = []
    data_received = DetachedTransport.data_received

    def timed(self, data):
        began_s = time.thread_time()
        data_received(self, data)
        turns.append(time.thread_time() - began_s)

    monkeypatch.setattr(DetachedTransport, "data_received", timed)
    async with viewer(live) as healthy, AsyncExitStack() as stack:
        floods = [await stack.enter_async_context(viewer(live)) for _ in range(5)]
        talking = [asyncio.create_task(flood.say(frame(PING, b"x") * 50_000)) for flood in floods]
        waits = []
        for number in range(20):
            publish(live.room, announced(str(number)))
            began = asyncio.get_running_loop().time()
            assert await read_events(healthy, 1) == [str(number)]
            waits.append(asyncio.get_running_loop().time() - began)
        for flood in floods:
            ending = await flood.end(5)
            assert (ending.bye, ending.code) == ("too_many_frames", CloseCode.TOO_MANY_FRAMES)
            assert sum(heard.opcode == PONG for heard in ending.frames) <= 2_000
        await asyncio.gather(*talking)
    assert max(turns) < 0.1
    assert max(waits) < 5


@pytest.mark.parametrize(
    "talk", [frame(PONG), frame(TEXT, b'{"type":"ping"}'), frame(CONT, fin=False)]
)
async def test_a_client_that_talks_too_much_is_sent_away(live, talk):
    async with viewer(live) as client:
        begin = frame(TEXT, fin=False) if talk == frame(CONT, fin=False) else b""
        await client.say(begin, talk * 3_000)
        assert (await client.end()).code == CloseCode.TOO_MANY_FRAMES


@pytest.mark.parametrize(
    ("size", "code"),
    [(17_000, 4505), (60_000, 4505), (70_000, 1009), (2_000_000, 1009)],
)
async def test_what_is_too_large_is_refused(live, size, code):
    async with viewer(live) as client:
        await client.say(frame(TEXT, b'{"type":"%b"}' % (b"x" * size)))
        ending = await client.end()
    assert (ending.code, ending.reset) == (code, False)


@pytest.mark.parametrize("half", [HALF[:1], HALF, frame(TEXT, b"{", fin=False)])
async def test_who_stops_in_the_middle_of_a_frame_is_silent(live, half):
    async with raw_socket(live.address) as early, viewer(live) as late:
        await early.say(half)
        await late.say(half)
        await live.pass_time(11_000)
        assert (await early.end()).code == CloseCode.HELLO_TIMEOUT
        await live.pass_time(60_000)
        assert (await late.end()).code == CloseCode.SILENT


async def test_dripping_bytes_are_no_sign_of_life(live):
    async with viewer(live) as client:
        for byte in HALF:
            await client.say(bytes([byte]))
            await live.pass_time(8_000)
        assert (await client.end()).code == CloseCode.SILENT


STAGES = {
    "connected": b"",
    "half a head": HANDSHAKE[:40],
    "half a line": HANDSHAKE[:-2],
    "a handshake": HANDSHAKE,
    "half a frame": HANDSHAKE + HALF,
}


@pytest.mark.parametrize("stage", STAGES)
async def test_a_storm_of_connections_that_are_reset(live, stage):
    async with viewer(live) as healthy:
        for _ in range(60):
            async with tcp(live.address) as (_, writer):
                writer.write(STAGES[stage])
                await reset(writer)
        publish(live.room, announced("still here"))
        assert await read_events(healthy, 1) == ["still here"]


@pytest.mark.parametrize("hello", [VIEWER, ON_AIR, VIEWER[:20]], ids=["viewer", "overlay", "half"])
@pytest.mark.parametrize("reads", [True, False])
async def test_a_storm_of_sockets_that_are_reset(live, hello, reads):
    for _ in range(40):
        async with raw_socket(live.address) as client:
            await client.say(hello)
            if reads and hello != VIEWER[:20]:
                await client.read_frame()
            await reset(client.writer)


@pytest.mark.parametrize("leave", [close(), b"\xff\xff", HALF], ids=["close", "fault", "reset"])
async def test_clients_that_leave_during_the_look_up_of_their_key(live, leave):
    live.keys.gate.clear()
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(raw_socket(live.address)) for _ in range(20)]
        for client in clients:
            await client.say(ON_AIR, leave)
            if leave == HALF:
                await reset(client.writer)
        await live.keys.asked.wait()
        await settled()
        live.keys.gate.set()
        if leave != HALF:
            assert {(await client.end()).code for client in clients} <= {1000, 1002}


async def test_a_client_that_never_reads_costs_nobody_a_round(live):
    async with viewer(live) as stuck, viewer(live) as healthy:
        stuck.writer.transport.pause_reading()
        subscriber = next(iter(live.room.subscribers.viewers))
        while subscriber not in live.room.subscribers.lagging:
            publish(live.room, *[announced("x" * 100) for _ in range(100)])
            await read_events(healthy, 100)
        await live.pass_time(26_000)
        await until(lambda: live.room.counts.viewers == 1)
        assert live.metric('vetrina_closes_total{code="slow"}') == 1
