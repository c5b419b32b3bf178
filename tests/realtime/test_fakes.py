"""The fakes keep the same guarantees as what they stand for."""

import orjson
import pytest

from tests.realtime.fakes import FakeMember
from tests.websocket.transport_suite import MemberSuite
from vetrina.protocol import messages


class FakeLine:
    """A fake member, seen from the far end."""

    def __init__(self):
        self.member = FakeMember(reading=False)
        self.stuck = False

    async def received(self):
        if not self.stuck:
            self.member.read()
        taken = [orjson.loads(frame) for frame in self.member.taken]
        if self.member.closed is None:
            return taken
        bye = messages.bye(self.member.closed, self.member.retry_ms, self.member.message)
        return [*taken, orjson.loads(bye)]

    async def close_code(self):
        return self.member.closed

    def stop_reading(self):
        self.stuck = True

    async def torn_down(self):
        return self.member.closed is not None or self.member.aborted


@pytest.fixture
async def line():
    return FakeLine()


class TestFakeMember(MemberSuite):
    """The suite of the port."""
