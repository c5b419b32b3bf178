"""What every implementation of `Transport` keeps. A harness makes one and reads at its other end.

class TestMine(MemberSuite):
    @pytest.fixture
    async def line(self): ...   # a Line
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
        """The close code that arrived; None while the line is open."""
        ...

    def stop_reading(self) -> None:
        """From now on the far end takes nothing."""
        ...

    async def torn_down(self) -> bool:
        """Wait until the near end has let go; whether it did."""
        ...


class MemberSuite:
    """The guarantees of the port, one test each."""

    async def test_frames_arrive_whole_and_in_order(self, line: Line) -> None:
        for number in range(100):
            line.transport.send(messages.pong(number))
        assert [frame["now"] for frame in await line.received()] == list(range(100))

    async def test_a_frame_of_many_is_taken_when_nothing_waits(self, line: Line) -> None:
        assert line.transport.try_send(SharedFrame(messages.pong(7)))
        assert (await line.received())[0]["now"] == 7

    async def test_a_frame_of_many_is_not_taken_behind_others(self, line: Line) -> None:
        line.stop_reading()
        line.transport.send(b'"%b"' % (b"x" * 20_000_000))
        assert not line.transport.try_send(SharedFrame(messages.pong(7)))

    async def test_a_closed_member_takes_nothing(self, line: Line) -> None:
        line.transport.close(CloseCode.RESTART)
        assert not line.transport.try_send(SharedFrame(messages.pong(7)))

    async def test_text_beyond_ascii_arrives(self, line: Line) -> None:
        line.transport.send(messages.ack("così 🎉"))
        assert (await line.received())[0]["id"] == "così 🎉"

    async def test_what_was_read_is_not_buffered(self, line: Line) -> None:
        line.transport.send(messages.pong(1))
        await line.received()
        assert line.transport.buffered_bytes == 0

    async def test_bye_is_the_last_word_and_the_code_follows(self, line: Line) -> None:
        line.transport.close(CloseCode.SLOW, (500, 3_000))
        line.transport.send(messages.pong(1))
        (bye,) = await line.received()
        assert (bye["type"], bye["code"], bye["retry_ms"]) == ("bye", "slow", [500, 3_000])
        assert await line.close_code() == CloseCode.SLOW

    async def test_only_the_first_close_counts(self, line: Line) -> None:
        line.transport.close(CloseCode.REVOKED, message="first")
        line.transport.close(CloseCode.RESTART, (1, 2))
        (bye,) = await line.received()
        assert (bye["code"], bye["message"]) == ("revoked", "first")
        assert await line.close_code() == CloseCode.REVOKED

    async def test_closing_drops_what_is_queued(self, line: Line) -> None:
        line.stop_reading()
        for number in range(1_000):
            line.transport.send(messages.pong(number))
        line.transport.close(CloseCode.SLOW)
        assert line.transport.buffered_bytes == 0

    async def test_a_client_that_does_not_read_is_buffered_and_then_torn_down(
        self, line: Line
    ) -> None:
        line.stop_reading()
        for _ in range(1_000):
            line.transport.send(b'"%b"' % (b"x" * 50_000))
        await settled()
        assert line.transport.buffered_bytes > 1_000_000
        line.transport.close(CloseCode.SLOW)
        assert await line.torn_down()

    async def test_one_that_is_aborted_goes_at_once(self, line: Line) -> None:
        line.stop_reading()
        line.transport.send(b'"%b"' % (b"x" * 20_000_000))
        line.transport.abort()
        assert await line.torn_down()
