"""What a delivery costs, counted: encodings by event, writes by connection, tasks by viewer."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager

import orjson
import pytest

from tests.fakes import settled
from tests.realtime.facts import announced, publish
from tests.waiting import until
from tests.web.live_socket import CONTROL, HELLO, OVERLAY, live_socket
from tests.websocket.raw_socket import TEXT, frame, raw_socket
from vetrina.realtime import history as history_module
from vetrina.realtime import room as room_module
from vetrina.realtime.fair_scheduling import LoopScheduler
from vetrina.websocket import direct_write as outlet_module

VIEWERS = 200
CONTROL_HELLO = {**HELLO, "role": "control", "key": CONTROL}
OVERLAY_HELLO = {"type": "hello", "v": 1, "role": "overlay", "key": OVERLAY}


@pytest.fixture
def writes(monkeypatch):
    """System calls that write, by socket. What a transport writes is not among them."""
    counted = Counter()
    kernel_write = outlet_module._kernel_write

    def counted_write(transport):
        write = kernel_write(transport)

        def send(data):
            counted[send] += 1
            return write(data)

        counted[send] = 0
        return send

    monkeypatch.setattr(outlet_module, "_kernel_write", counted_write)
    return counted


@pytest.fixture
def encodings(monkeypatch):
    """How often an event was encoded, by sequence number and audience; and frames, by size."""
    counted = Counter()
    encode, make = history_module.wire_event, room_module.SharedFrame

    def wire_event(recorded, audience):
        counted[recorded.seq, audience] += 1
        return encode(recorded, audience)

    def shared_frame(text, **options):
        counted["frames"] += 1
        return make(text, **options)

    monkeypatch.setattr(history_module, "wire_event", wire_event)
    monkeypatch.setattr(room_module, "SharedFrame", shared_frame)
    return counted


@asynccontextmanager
async def full_hub():
    """Two hundred viewers, an overlay and a control, all welcomed."""
    scheduler = LoopScheduler(asyncio.get_running_loop(), slice=50)
    async with live_socket(scheduler=scheduler) as live:
        live.before = asyncio.all_tasks()
        live.clients = []
        async with AsyncExitStack() as stack:
            for hello in [HELLO] * VIEWERS + [OVERLAY_HELLO, CONTROL_HELLO]:
                client = await stack.enter_async_context(raw_socket(live.address))
                await client.say(frame(TEXT, orjson.dumps(hello)))
                assert (await heard(client))["type"] == "welcome"
                live.clients.append(client)
            assert (await heard(client))["type"] == "signal", "who controls learns of overlays"
            yield live
        await until(lambda: not live.hub.clients)


async def heard(client):
    return orjson.loads((await client.read_frame()).data)


async def test_an_event_is_encoded_once_for_each_audience_and_framed_once(encodings, writes):
    async with full_hub() as live:
        encodings.clear()
        publish(live.room, announced("one"))
        for client in live.clients:
            assert (await heard(client))["events"][0]["text"] == "one"
        assert encodings == {(1, "public"): 1, (1, "team"): 1, "frames": 2}


async def test_a_round_is_one_write_for_each_connection(writes):
    async with full_hub() as live:
        assert len(writes) == VIEWERS + 2
        twice = "the handshake and the welcome were one write each"
        assert Counter(writes.values()) == {2: VIEWERS + 1, 3: 1}, twice
        writes.update({socket: -times for socket, times in writes.items()})
        publish(live.room, announced("one"))
        for client in live.clients:
            await client.read_frame()
        assert set(writes.values()) == {1}


async def test_what_comes_during_a_round_is_one_write_more(encodings, writes):
    async with full_hub() as live:
        writes.update({socket: -times for socket, times in writes.items()})
        encodings.clear()
        publish(live.room, announced("first"))
        assert live.room._broadcast.running
        for number in range(30):
            publish(live.room, announced(str(number)))
        for client in live.clients[:VIEWERS]:
            assert len((await heard(client))["events"]) == 1
            assert len((await heard(client))["events"]) == 30
        assert Counter(writes.values()) == {2: VIEWERS, 31: 2}
        assert all(times == 1 for what, times in encodings.items() if what != "frames")


async def test_a_viewer_has_no_task():
    async with full_hub() as live:
        await settled()
        assert asyncio.all_tasks() == live.before
