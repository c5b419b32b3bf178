"""Three real processes over PostgreSQL and Valkey, behind nginx, and viewers who follow a show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from loadtests.session_client import SessionClient
from tests.deploy.nginx import Nginx, nginx_before
from tests.running_server import CONTROL_KEY, Served, make_show, served
from tests.waiting import PATIENCE_S, until
from vetrina.process.workers.local_broker import EmbeddedValkey, valkey_program
from vetrina.protocol.messages import Hello

COMMANDS = "/api/v1/shows/drop/commands"


class Cluster:
    """The processes of one installation, and the one address that people know."""

    def __init__(self, processes: list[Served], nginx: Nginx, bus: EmbeddedValkey) -> None:
        self.processes = processes
        self.nginx = nginx
        self.bus = bus
        self.overlay = ""

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """A control call by the address that people know; its JSON."""
        return await asyncio.to_thread(self._call, method, path, body)

    async def announce(self, *texts: str) -> None:
        for text in texts:
            await self.call("POST", COMMANDS, {"type": "announce", "text": text})

    def _call(self, method: str, path: str, body: Any) -> Any:
        with self.nginx.client(authorization=f"Bearer {CONTROL_KEY}") as client:
            answer = client.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json()


@asynccontextmanager
async def cluster(folder: Path, database: str) -> AsyncIterator[Cluster]:
    """Three processes with the show "drop", for the block."""
    await asyncio.to_thread(folder.mkdir)
    bus = EmbeddedValkey(folder, valkey_program())
    await bus.open()
    try:
        with ExitStack() as stack:
            settings = {"redis": bus.url, "database": database}
            starting = [
                asyncio.to_thread(stack.enter_context, served(folder / "data", **settings))
                for _ in range(3)
            ]
            processes = await asyncio.gather(*starting)
            ports = [process.port for process in processes]
            nginx = stack.enter_context(nginx_before(folder / "nginx", ports))
            made = await asyncio.to_thread(make_show, processes[0], "drop")
            opened = Cluster(processes, nginx, bus)
            opened.overlay = f"{nginx.address}/overlay/{made['overlay_key']}"
            yield opened
    finally:
        await bus.close()


class ClusterViewer:
    """A viewer with the client's own session, who counts what the promises are about."""

    def __init__(self, nginx: Nginx) -> None:
        self._nginx = nginx
        self._client = SessionClient(Hello(role="viewer", show="drop"), self._dial, self._take)
        self.position: dict[str, Any] | None = None
        self.texts: list[str] = []
        self.last_text: str | None = None
        self.snapshots = 0
        self.returns = -1

    async def run(self) -> None:
        """Until cancelled."""
        await self._client.run()
        raise AssertionError("the server sent a viewer away for good")

    def _dial(self) -> connect:
        address = f"wss://127.0.0.1:{self._nginx.port}/ws"
        return connect(address, ssl=self._nginx.trust(), open_timeout=PATIENCE_S)

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "welcome":
            self.returns += 1
            if "state" in frame:
                self._begin(frame)
        elif frame["type"] == "events":
            for event in frame["events"]:
                self._add(event)

    def _begin(self, frame: dict[str, Any]) -> None:
        """A snapshot: it may leave events out, and it never leads back to what was seen before."""
        if self.position is not None:
            assert frame["epoch"] == self.position["epoch"]
            assert frame["seq"] >= self.position["seq"], "back in time"
        self.snapshots += 1
        self.position = {"epoch": frame["epoch"], "seq": frame["seq"]}
        announcement = frame["state"]["announcement"]
        self.last_text = announcement["text"] if announcement else None

    def _add(self, event: dict[str, Any]) -> None:
        assert self.position is not None
        assert event["seq"] == self.position["seq"] + 1, "a gap, or a double"
        self.position["seq"] = event["seq"]
        if event["type"] == "announced":
            self.texts.append(event["text"])
            self.last_text = event["text"]


@asynccontextmanager
async def connected_viewers(nginx: Nginx, count: int) -> AsyncIterator[list[ClusterViewer]]:
    """So many viewers who are in; one that sees a gap fails the block."""
    viewers = [ClusterViewer(nginx) for _ in range(count)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(viewer.run()) for viewer in viewers]
        await until(lambda: all(one.snapshots for one in viewers))
        yield viewers
        for task in tasks:
            task.cancel()
