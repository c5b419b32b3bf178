"""Ends that come at an awkward moment: each is told once, and touches nobody else."""

import asyncio

import pytest

from tests.fakes import settled
from tests.realtime.uvicorn_server import serving
from tests.waiting import PATIENCE_S, until
from tests.websocket.echo import Echo, echo_of
from tests.websocket.raw_socket import HANDSHAKE, TEXT, close, frame, raw_socket, reset, tcp
from vetrina.protocol.close_codes import CloseCode
from vetrina.websocket import detached_transport as detached_module
from vetrina.websocket.detached_transport import HELD_BYTES
from vetrina.websocket.uvicorn_protocol import EXTENSION


class Witness(Echo):
    """Counts how often each end was told; `gate` closed holds handshakes back."""

    def __init__(self):
        super().__init__()
        self.ends = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = 0
        self.error = None
        self.heard = []

    async def __call__(self, scope, receive, send):
        self.waiting += 1
        await self.gate.wait()
        await super().__call__(scope, receive, send)

    def received(self, socket, data):
        self.heard.append(data)
        if self.error is not None:
            raise self.error
        super().received(socket, data)

    def lost(self, socket):
        self.ends.append(socket)
        super().lost(socket)


@pytest.fixture
async def witness(monkeypatch):
    """The handshakes go through ASGI: that is where they can be held back."""
    monkeypatch.setattr(detached_module, "GRACE_S", 0.1)
    witness = Witness()
    async with serving(witness) as witness.address:
        yield witness
        await until(lambda: not witness.open)
        assert len(witness.ends) == len(set(witness.ends))


async def only(witness):
    await until(lambda: witness.open)
    (server_end,) = witness.open
    return server_end


async def test_a_client_that_goes_during_its_handshake_does_not_speak_in_another_s_place(
    witness, caplog
):
    """The number of its socket belongs to somebody else by then."""
    witness.gate.clear()
    async with tcp(witness.address) as (_, writer):
        writer.write(HANDSHAKE)
        await until(lambda: witness.waiting == 1)
        writer.write(frame(TEXT, b"a secret"))
        await settled()
        await reset(writer)
        await settled()
    async with tcp(witness.address) as (reader, writer):
        writer.write(HANDSHAKE)
        await until(lambda: witness.waiting == 2)
        witness.gate.set()
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        writer.write(frame(TEXT, b"mine") + close())
        answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
    assert echo_of(b"mine").data in answer
    assert echo_of(b"a secret").data not in answer


async def test_what_comes_while_reading_is_paused_is_received_in_order_after_it(witness):
    async with raw_socket(witness.address) as client:
        server_end = await only(witness)
        server_end.pause_reading()
        await client.say(frame(TEXT, b"1"), frame(TEXT, b"2"))
        await settled()
        assert witness.heard == []
        server_end.resume_reading()
        await client.say(frame(TEXT, b"3"))
        assert await client.read_all(3) == [echo_of(b"1"), echo_of(b"2"), echo_of(b"3")]


async def test_a_client_that_goes_while_reading_is_held(witness):
    async with raw_socket(witness.address) as client:
        server_end = await only(witness)
        server_end.pause_reading()
        await client.say(frame(TEXT, b"1"))
        await reset(client.writer)
        await settled()
        server_end.send(b"to nobody")
        server_end.send(b"to nobody")
        server_end.resume_reading()
        await until(lambda: witness.ends)
        server_end.resume_reading()


async def test_a_client_that_is_closed_while_reading_is_held_says_no_more(witness):
    async with raw_socket(witness.address) as client:
        server_end = await only(witness)
        server_end.pause_reading()
        server_end._message_came(b"before")
        server_end.close(CloseCode.REVOKED)
        server_end.resume_reading()
        assert (await client.end()).code == CloseCode.REVOKED
    assert witness.heard == []


async def test_a_client_that_says_too_much_while_reading_is_held(witness):
    async with raw_socket(witness.address) as client:
        server_end = await only(witness)
        server_end.pause_reading()
        for _ in range(2 + HELD_BYTES // 1_000):
            server_end._message_came(b"x" * 1_000)
        server_end.resume_reading()
        assert (await client.end()).code == CloseCode.TOO_MANY_FRAMES


async def test_an_error_of_the_listener_ends_that_connection_and_no_other(witness, caplog):
    async with raw_socket(witness.address) as other:
        async with raw_socket(witness.address) as client:
            witness.error = RuntimeError("a bug of ours")
            await client.say(frame(TEXT, b"a"))
            await client.end()
            await until(lambda: len(witness.ends) == 1)
        witness.error = None
        await other.say(frame(TEXT, b"b"))
        assert await other.read_frame() == echo_of(b"b")
    assert "a bug of ours" in caplog.text


async def test_our_close_is_answered_and_then_it_is_over(witness):
    async with raw_socket(witness.address) as client:
        server_end = await only(witness)
        server_end.close(CloseCode.RECONNECT)
        ending = await client.end()
    assert (ending.code, ending.reset) == (CloseCode.RECONNECT, False)


async def test_a_close_after_theirs_says_nothing_more(witness):
    async with raw_socket(witness.address) as client:
        server_end = await only(witness)
        await client.say(close())
        await until(lambda: server_end.closed)
        server_end.close(CloseCode.RECONNECT)
        ending = await client.end()
    assert (ending.code, ending.reset) == (1000, False)


async def test_a_client_that_never_answers_a_close_is_torn_down(witness):
    async with raw_socket(witness.address) as client:
        server_end = await only(witness)
        client.writer.transport.pause_reading()
        server_end.close(CloseCode.RECONNECT)
        await until(lambda: witness.ends)


async def test_a_fault_after_our_close_ends_it(witness):
    async with raw_socket(witness.address) as client:
        server_end = await only(witness)
        server_end.close(CloseCode.RECONNECT)
        await client.say(b"\xff" * 100)
        assert (await client.end()).code == CloseCode.RECONNECT


async def test_a_client_that_goes_between_two_writes(witness):
    async with raw_socket(witness.address) as client:
        server_end = await only(witness)
        await reset(client.writer)
        await settled()
        for _ in range(20):
            server_end.send(b"x" * 100_000)
        await until(lambda: witness.ends)
        server_end.send(b"x")
        server_end.close(CloseCode.RECONNECT)
        assert server_end.buffered_bytes == 0


async def test_detaching_comes_after_accepting(witness, caplog):
    async def hasty(scope, receive, send):
        scope["extensions"][EXTENSION]["protocol"].detach(witness, witness.metrics)

    async with serving(hasty) as address, tcp(address) as (reader, writer):
        writer.write(HANDSHAKE)
        assert (await reader.readline()).startswith(b"HTTP/1.1 500 ")
    assert "expected websocket.accept before detach" in caplog.text
