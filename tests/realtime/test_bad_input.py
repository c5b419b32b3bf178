"""Clients that mean harm, or are broken, against the real endpoint.

Others are unharmed, and nothing of them stays behind.
"""

import asyncio
import gc
import os
import socket
import struct
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import orjson
import pytest

from server.protocol.close_codes import CloseCode
from server.realtime import detached as detached_module
from server.realtime.detached import DetachedSocket
from server.realtime.pacing import LoopPacing
from tests.fakes import settled
from tests.realtime.facts import announced, publish
from tests.realtime.raw_socket import (
    CONT,
    HANDSHAKE,
    PING,
    PONG,
    TEXT,
    close,
    frame,
    raw_socket,
    tcp,
)
from tests.realtime.waiting import until
from tests.web.live_socket import HELLO, OVERLAY, live_socket

VIEWER = frame(TEXT, orjson.dumps(HELLO))
ON_AIR = frame(TEXT, orjson.dumps({"type": "hello", "v": 1, "role": "overlay", "key": OVERLAY}))
HALF = frame(TEXT, b'{"type":"ping"}')[:9]


@pytest.fixture
async def live(monkeypatch):
    """The endpoint with rounds in slices of ten; at the end nothing may be left of anybody."""
    monkeypatch.setattr(detached_module, "GRACE_S", 0.2)
    async with live_socket() as live:
        pacing = LoopPacing(asyncio.get_running_loop(), slice=10)
        live.room.house = live.hub.house = replace(live.hub.house, pacing=pacing)
        tasks, files = len(asyncio.all_tasks()), open_files()
        yield live
        await until(lambda: not live.hub.clients)
        await until(lambda: len(asyncio.all_tasks()) <= tasks and open_files() <= files)
        assert_nothing_left(live)


def open_files():
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  (a count, of something that has no path)


def assert_nothing_left(live):
    crowd, hub = live.endpoint._crowd, live.hub
    assert (crowd._total, crowd._by_address, crowd._waiting) == (0, {}, {})
    assert (hub._silence._slots, hub.stalled._since) == ({}, {})
    assert len(live.room.seating) == len(live.room.seating.lagging) == 0
    assert not (live.room._flow._late or live.endpoint._greetings)
    for role in ("viewer", "overlay", "control"):
        assert live.metric(f'vetrina_connections{{role="{role}"}}') == 0
    hub.stalled.check(live.clock.now_ms())
    assert live.metric("vetrina_buffered_bytes") == 0


@asynccontextmanager
async def viewer(live):
    async with raw_socket(live.address) as client:
        await client.say(VIEWER)
        assert (await read(client))["type"] == "welcome"
        yield client


async def read(client):
    return orjson.loads((await client.hear()).data)


async def hear_events(client, count):
    """The texts of so many events; other frames are passed over."""
    texts = []
    while len(texts) < count:
        heard = await read(client)
        texts += [event["text"] for event in heard.get("events", ())]
    return texts


async def reset(writer):
    """End with RST: what a crash, or malice, looks like."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    await asyncio.sleep(0)


async def test_pings_by_the_thousand_do_not_reach_the_others(live, monkeypatch):
    """A read is answered with one write, and who goes on pinging is sent away."""
    turns = []
    data_received = DetachedSocket.data_received

    def timed(self, data):
        began = asyncio.get_running_loop().time()
        data_received(self, data)
        turns.append(asyncio.get_running_loop().time() - began)

    monkeypatch.setattr(DetachedSocket, "data_received", timed)
    async with viewer(live) as healthy, AsyncExitStack() as stack:
        floods = [await stack.enter_async_context(viewer(live)) for _ in range(5)]
        talking = [asyncio.create_task(flood.say(frame(PING, b"x") * 50_000)) for flood in floods]
        waits = []
        for number in range(20):
            publish(live.room, announced(str(number)))
            began = asyncio.get_running_loop().time()
            assert await hear_events(healthy, 1) == [str(number)]
            waits.append(asyncio.get_running_loop().time() - began)
        for flood in floods:
            ending = await flood.end(5)
            assert (ending.bye, ending.code) == ("too_many_frames", CloseCode.TOO_MANY_FRAMES)
            assert sum(heard.opcode == PONG for heard in ending.frames) <= 2_000
        await asyncio.gather(*talking)
    assert max(turns) < 0.2
    assert max(waits) < 0.5


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
async def test_what_is_too_large_is_told_so(live, size, code):
    async with viewer(live) as client:
        await client.say(frame(TEXT, b'{"type":"%b"}' % (b"x" * size)))
        ending = await client.end()
    assert (ending.code, ending.reset) == (code, False)


@pytest.mark.parametrize("half", [b"", HALF[:1], HALF[:5], HALF, frame(TEXT, b"{", fin=False)])
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
        assert await hear_events(healthy, 1) == ["still here"]


@pytest.mark.parametrize("hello", [VIEWER, ON_AIR, VIEWER[:20]], ids=["viewer", "overlay", "half"])
@pytest.mark.parametrize("reads", [True, False])
async def test_a_storm_of_sockets_that_are_reset(live, hello, reads):
    for _ in range(40):
        async with raw_socket(live.address) as client:
            await client.say(hello)
            if reads and hello != VIEWER[:20]:
                await client.hear()
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


async def test_a_storm_of_ends_during_a_round(live):
    """Every second one goes, in every way there is, between two slices of the same round."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(viewer(live)) for _ in range(120)]
        stays, goes = clients[::2], clients[1::2]
        publish(live.room, announced("first"))
        assert live.room._flow.serving
        for number, client in enumerate(goes):
            if number % 3 == 0:
                await reset(client.writer)
            else:
                await client.say(close() if number % 3 == 1 else b"\xff\xff")
            publish(live.room, announced(str(number)))
        expected = ["first", *(str(number) for number in range(len(goes)))]
        for client in stays:
            assert await hear_events(client, len(expected)) == expected
        await until(lambda: len(live.hub.clients) == len(stays))
        assert live.room.viewers == len(stays)


async def test_a_client_that_never_reads_costs_nobody_a_round(live):
    async with viewer(live) as stuck, viewer(live) as healthy:
        stuck.writer.transport.pause_reading()
        seat = next(iter(live.room.seating.viewers))
        while seat not in live.room.seating.lagging:
            publish(live.room, *[announced("x" * 100) for _ in range(100)])
            await hear_events(healthy, 100)
        await live.pass_time(26_000)
        await until(lambda: live.room.viewers == 1)
        assert live.metric('vetrina_closes_total{code="slow"}') == 1


async def test_connections_that_come_and_go_leave_no_object_behind(live):
    """Not even until the garbage collector comes; among a crowd that stays, it hardly ever does."""
    async with viewer(live) as first:
        gc.collect()
        gc.disable()
        try:
            for number in range(60):
                async with viewer(live) as client:
                    await client.say(close() if number % 2 else b"\xff\xff")
                    await client.end()
            await until(lambda: len(live.hub.clients) == 1)
            await settled()
            names = {"DetachedSocket", "Client", "Seat", "SocketProtocol", "Doorstep"}
            kept = [kind for thing in gc.get_objects() if (kind := type(thing).__name__) in names]
            assert sorted(kept) == ["Client", "DetachedSocket", "Seat"]
        finally:
            gc.enable()
        publish(live.room, announced("hello"))
        assert await hear_events(first, 1) == ["hello"]
