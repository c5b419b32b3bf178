"""The browser's connection against a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from websockets.asyncio.server import serve

from tests.browser.fake_api import NOW, Switchboard


@pytest_asyncio.fixture(loop_scope="session")
async def switchboard() -> AsyncIterator[Switchboard]:
    board = Switchboard()
    async with serve(board.serve, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        board.url = f"ws://127.0.0.1:{port}"
        yield board


@pytest_asyncio.fixture(loop_scope="session")
async def live(switchboard, files_url, page):
    """A page with one started connection as `live`, and all that it told in `told`.

    The page goes before the switchboard does: nobody knocks at a door that is being closed.
    """
    await page.goto(files_url)
    await page.evaluate(
        """async (url) => {
             const { LiveConnection } = await import("/static/js/client/connection.js");
             window.told = [];
             window.live = new LiveConnection({ hello: { role: "viewer", show: "s" }, url });
             for (const type of ["state", "signal", "status", "assets"])
               live.addEventListener(type, ({ detail }) => told.push([type, detail]));
             live.start();
             live.start();
           }""",
        switchboard.url,
    )
    return page


async def until(page, expression: str) -> None:
    await page.wait_for_function(expression)


async def told(page, kind: str) -> list[Any]:
    found: list[Any] = await page.evaluate(
        "(kind) => told.filter(([type]) => type === kind).map(([, detail]) => detail)", kind
    )
    return found


STATE = {
    "show": {"slug": "s", "status": "live"},
    "pins": [],
    "deals": [],
    "ticker": [],
    "announcement": None,
    "viewers": 1,
    "panic": False,
}
PANICKED = {"seq": 8, "type": "panicked", "at": NOW}
CALMED = {"seq": 9, "type": "calmed", "at": NOW}


async def test_a_snapshot_then_events_then_signals(live, switchboard):
    line = await switchboard.next()
    hello = {"type": "hello", "v": 1, "role": "viewer", "show": "s", "last": None}
    assert await line.heard() == hello
    await line.welcome(7, STATE)
    await line.events(PANICKED)
    await line.say(type="signal", viewers=12)
    await until(live, "live.state?.viewers === 12")
    assert await live.evaluate("live.position") == {"epoch": "kqwhzbea", "seq": 8}
    assert await told(live, "state") == [
        {"state": STATE, "events": [], "snapshot": True},
        {"state": {**STATE, "panic": True}, "events": [PANICKED], "snapshot": False},
    ]
    assert await told(live, "signal") == [{"viewers": 12}]
    assert await live.evaluate(f"Math.abs(live.serverNow() - {NOW}) < 60000")
    assert await live.evaluate("Date.now() - live.heardAt < 60000")
    assert switchboard.waiting == 0


async def test_a_restart_is_survived_where_it_stood(live, switchboard):
    line = await switchboard.next()
    await line.heard()
    await line.welcome(7, STATE)
    await line.events(PANICKED)
    await line.say(type="bye", code="restart", retry_ms=[0, 50])
    await line.close(1012)
    line = await switchboard.next()
    assert (await line.heard())["last"] == {"epoch": "kqwhzbea", "seq": 8}
    await line.welcome(9, None)
    await line.events(CALMED)
    await until(live, "live.position.seq === 9")
    assert len(await told(live, "state")) == 3
    assert await live.evaluate("live.state.panic") is False
    statuses = await told(live, "status")
    names = ["connecting", "live", "offline", "connecting", "live"]
    assert [status["status"] for status in statuses] == names
    assert statuses[2]["name"] == "restart"
    assert await live.evaluate("(at) => Math.abs(at - Date.now()) < 60000", statuses[2]["retryAt"])


async def test_a_gap_is_closed_by_asking_again(live, switchboard):
    line = await switchboard.next()
    await line.heard()
    await line.welcome(7, STATE)
    await line.events(CALMED)
    assert await line.gone() == 4001
    line = await switchboard.next()
    assert (await line.heard())["last"] == {"epoch": "kqwhzbea", "seq": 7}
    await line.welcome(9, None)
    await line.events(PANICKED, CALMED)
    await until(live, "live.position.seq === 9")


async def test_waking_probes_the_line(live, switchboard):
    line = await switchboard.next()
    await line.heard()
    await line.welcome(7, STATE)
    await until(live, "live.status.status === 'live'")
    await live.evaluate("live.wake()")
    assert await line.heard() == {"type": "ping"}
    await line.say(type="pong", now=NOW)
    await line.say(type="signal", viewers=12)
    await until(live, "live.state.viewers === 12")
    await live.evaluate("dispatchEvent(new Event('online'))")
    assert await line.heard() == {"type": "ping"}


async def test_taps_are_answered(live, switchboard):
    line = await switchboard.next()
    assert await live.evaluate("live.tap('MUG-1')") == {
        "ok": False,
        "code": "offline",
        "message": None,
    }
    await line.heard()
    await line.welcome(7, STATE)
    await until(live, "live.status.status === 'live'")
    await live.evaluate("window.taps = ['A', 'B', 'C'].map((sku) => live.tap(sku)), 0")
    first, second, third = [await line.heard() for _ in range(3)]
    assert [first["sku"], second["sku"], third["sku"]] == ["A", "B", "C"]
    await line.say(type="refused", id=second["id"], code="sold_out", message="Sold out.")
    await line.say(type="ack", id=first["id"])
    await line.say(type="bye", code="restart", retry_ms=[0, 10])
    await line.close(1012)
    assert await live.evaluate("Promise.all(taps)") == [
        {"ok": True, "code": None, "message": None},
        {"ok": False, "code": "sold_out", "message": "Sold out."},
        {"ok": False, "code": "offline", "message": None},
    ]


async def test_what_an_overlay_told_is_told_again(live, switchboard):
    await live.evaluate("live.visible({ visible: true, active: false })")
    line = await switchboard.next()
    await line.heard()
    await line.welcome(7, STATE)
    visible = {"type": "visible", "visible": True, "active": False}
    assert await line.heard() == visible
    await until(live, "live.status.status === 'live'")
    await live.evaluate("live.painted(7, 5)")
    painted = {"type": "painted", "seq": 7, "at": 5}
    assert await line.heard() == painted
    await line.say(type="bye", code="restart", retry_ms=[0, 10])
    await line.close(1012)
    line = await switchboard.next()
    await line.heard()
    await line.welcome(7, None)
    assert [await line.heard(), await line.heard()] == [visible, painted]


async def test_a_bad_key_is_the_end(live, switchboard):
    line = await switchboard.next()
    await line.heard()
    await line.say(type="bye", code="bad_key", retry_ms=None)
    await line.close(4500)
    await until(live, "live.status.status === 'stopped'")
    await live.evaluate("live.wake()")
    assert (await told(live, "status"))[-1] == {
        "status": "stopped",
        "name": "bad_key",
        "retryAt": None,
    }
    assert switchboard.waiting == 0


async def test_stopping_closes_the_socket(live, switchboard):
    line = await switchboard.next()
    await line.heard()
    await line.welcome(7, STATE)
    await until(live, "live.status.status === 'live'")
    await live.evaluate("live.stop(), live.wake(), dispatchEvent(new Event('online'))")
    assert await line.gone() == 1000
    assert await live.evaluate("live.status.status") == "stopped"


async def test_new_assets_are_told_once_they_differ(live, switchboard):
    line = await switchboard.next()
    await line.heard()
    await line.welcome(7, STATE)
    said = {"epoch": "kqwhzbea", "seq": 7, "now": NOW, "heartbeat_ms": 25000, "state": STATE}
    await line.say(type="welcome", v=1, show="s", assets="b2", **said)
    await until(live, "told.some(([type]) => type === 'assets')")
    assert await told(live, "assets") == [{"assets": "b2"}]


async def test_what_is_no_json_is_ignored(live, switchboard):
    line = await switchboard.next()
    await line.heard()
    await line.send("{")
    await line.welcome(7, STATE)
    await until(live, "live.status.status === 'live'")
