"""What every implementation of `Transport` keeps. A harness makes one and reads at its other end.

class TestMine(TransportSuite):
    @pytest.fixture
    async def connection(self): ...   # a Line
"""

from __future__ import annotations

from typing import Any, Protocol

from tests.fakes import settled
from vetrina.protocol import messages
from vetrina.protocol.close_codes import CloseCode
from vetrina.websocket.framing import SharedFrame
from vetrina.websocket.transport import Transport


class Line(Protocol):
    """A transport with its far end."""

    transport: Transport

    async def received(self) -> list[dict[str, Any]]:
        """All frames that arrived so far, once the transport has nothing more to write."""
        ...

    async def close_code(self) -> int | None:
        """The close code that arrived; None while the connection is open."""
        ...

    def stop_reading(self) -> None:
        """From now on the far end takes nothing."""
        ...

    async def torn_down(self) -> bool:
        """Wait until the near end has let go; whether it did."""
        ...


class TransportSuite:
    """The guarantees of the port, one test each."""

    async def test_frames_arrive_whole_and_in_order(self, connection: Line) -> None:
        for number in range(100):
            connection.transport.send(messages.pong(number))
        assert [frame["now"] for frame in await connection.received()] == list(range(100))

    async def test_a_frame_of_many_is_taken_when_nothing_waits(self, connection: Line) -> None:
        assert connection.transport.try_send(SharedFrame(messages.pong(7)))
        assert (await connection.received())[0]["now"] == 7

    async def test_a_frame_of_many_is_not_taken_behind_others(self, connection: Line) -> None:
        connection.stop_reading()
        connection.transport.send(b'"%b"' % (b"x" * 20_000_000))
        assert not connection.transport.try_send(SharedFrame(messages.pong(7)))

    async def test_a_closed_transport_takes_nothing(self, connection: Line) -> None:
        connection.transport.close(CloseCode.RESTART)
        assert not connection.transport.try_send(SharedFrame(messages.pong(7)))

    async def test_text_beyond_ascii_arrives(self, connection: Line) -> None:
        connection.transport.send(messages.ack("così 🎉"))
        assert (await connection.received())[0]["id"] == "così 🎉"

    async def test_what_was_read_is_not_buffered(self, connection: Line) -> None:
        connection.transport.send(messages.pong(1))
        await connection.received()
        assert connection.transport.buffered_bytes == 0

    async def test_bye_is_the_last_word_and_the_code_follows(self, connection: Line) -> None:
        connection.transport.close(CloseCode.SLOW, (500, 3_000))
        connection.transport.send(messages.pong(1))
        (bye,) = await connection.received()
        assert (bye["type"], bye["code"], bye["retry_ms"]) == ("bye", "slow", [500, 3_000])
        assert await connection.close_code() == CloseCode.SLOW

    async def test_only_the_first_close_counts(self, connection: Line) -> None:
        connection.transport.close(CloseCode.REVOKED, message="first")
        connection.transport.close(CloseCode.RESTART, (1, 2))
        (bye,) = await connection.received()
        assert (bye["code"], bye["message"]) == ("revoked", "first")
        assert await connection.close_code() == CloseCode.REVOKED

    async def test_closing_drops_what_is_queued(self, connection: Line) -> None:
        connection.stop_reading()
        for number in range(1_000):
            connection.transport.send(messages.pong(number))
        connection.transport.close(CloseCode.SLOW)
        assert connection.transport.buffered_bytes == 0

    async def test_a_client_that_does_not_read_is_buffered_and_then_torn_down(
        self, connection: Line
    ) -> None:
        connection.stop_reading()
        for _ in range(1_000):
            connection.transport.send(b'"%b"' % (b"x" * 50_000))
        await settled()
        assert connection.transport.buffered_bytes > 1_000_000
        connection.transport.close(CloseCode.SLOW)
        assert await connection.torn_down()

    async def test_one_that_is_aborted_goes_at_once(self, connection: Line) -> None:
        connection.stop_reading()
        connection.transport.send(b'"%b"' % (b"x" * 20_000_000))
        connection.transport.abort()
        assert await connection.torn_down()
