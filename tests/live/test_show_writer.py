"""A show's writer next to a bus that fails and processes that write too."""

from __future__ import annotations

import asyncio

from tests.fakes import settled
from tests.live.conftest import SLUG, Stage
from vetrina.domain.show import commands as cmd
from vetrina.domain.show.events import Announced
from vetrina.live.new_show import NewShow
from vetrina.live.outbox import SEND_AGAIN_MS
from vetrina.store.ports.shows import Append


class Deaf:
    """A bus that fails as often as it is told to."""

    def __init__(self, stage: Stage, failures: int) -> None:
        self._publish = stage.bus.publish
        self.failures = failures
        self.sent: list[int] = []
        stage.bus.publish = self.publish  # type: ignore[method-assign]

    async def publish(self, messages):
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the bus is away")
        self.sent += [entry.seq for message in messages for entry in message.events]
        await self._publish(messages)


async def test_a_bus_that_fails_does_not_refuse_what_is_written(stage: Stage) -> None:
    await stage.make_show()
    room = await stage.feed.room(SLUG)
    bus = Deaf(stage, failures=2)
    appended = await stage.shows.handle(SLUG, [cmd.PinNext()])
    assert await stage.store.head(SLUG) == appended.position
    assert room.position == appended.position, "viewers of this process need no bus"
    await stage.shows.handle(SLUG, [cmd.PinNext()])
    while bus.failures or len(bus.sent) < 2:
        await settled()
        stage.clock.advance(SEND_AGAIN_MS)
    assert room.position == (await stage.shows.state(SLUG))[0]
    assert bus.sent == [appended.position.seq, appended.position.seq + 1]
    await stage.shows.handle(SLUG, [cmd.PinNext()])
    assert bus.sent[-1] == appended.position.seq + 2


async def test_what_another_process_wrote_and_never_published_is_delivered_and_timed(
    stage: Stage,
) -> None:
    await stage.make_show()
    room = await stage.feed.room(SLUG)
    now = stage.clock.now_ms()
    await stage.store.append(Append(show=SLUG, events=[Announced(now, "Hello", now + 5_000)]))
    await stage.shows.handle(SLUG, [cmd.PinNext()])
    assert room.state.announcement is not None
    assert room.position == (await stage.shows.state(SLUG))[0]
    assert stage.shows.timers._deadlines[SLUG] == now + 5_000


async def test_a_show_has_one_writer_though_somebody_is_quick(stage: Stage) -> None:
    """The show is written and asked for before `create` goes on."""
    create, quick = stage.store.create_show, []

    async def create_and_let_others_in(*args):
        made = await create(*args)
        quick.append(await stage.shows._writer(SLUG))
        return made

    stage.store.create_show = create_and_let_others_in  # type: ignore[method-assign]
    await stage.shows.create(NewShow(slug=SLUG, title="Spring", currency="EUR", status="live"))
    assert [await stage.shows._writer(SLUG)] == quick
    both = [stage.shows.handle(SLUG, [cmd.Announce(text)]) for text in ("a", "b")]
    assert [answer.position.seq for answer in await asyncio.gather(*both)] == [2, 3]
