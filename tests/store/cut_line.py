"""A line to PostgreSQL that breaks at the worst moment: around the answer to COMMIT."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

Moment = Literal["before", "after", "late", "held"]
COMMIT = b"COMMIT;"
LOOKING = b"RETURNING installation.value"
SOCKET = ".s.PGSQL.5432"


class CutLine:
    """Passes everything on, but the next COMMIT after `cut` was set.

    before  it never reaches the server
    after   the server carries it out, and its answer is lost
    late    it reaches the server when somebody else asks already whether it happened
    held    it reaches the server when `let_go` is set
    """

    def __init__(self, server: Path, place: Path) -> None:
        self._server = server / SOCKET
        self._place = place / SOCKET
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked = asyncio.Event()
        self.let_go = asyncio.Event()
        self.cut: Moment | None = None
        self.cuts = 0

    async def open(self) -> None:
        self._listening = await asyncio.start_unix_server(self._accept, self._place)

    async def close(self) -> None:
        self._listening.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_unix_connection(self._server)
        back = asyncio.create_task(_copy(server_reader, writer))
        forth = asyncio.create_task(self._forth(reader, server_writer, writer, back))
        for task in (back, forth):
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _forth(
        self,
        reader: asyncio.StreamReader,
        server: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
        back: asyncio.Task[None],
    ) -> None:
        while said := await reader.read(65_536):
            if LOOKING in said:
                self._asked.set()
            if COMMIT in said and self.cut is not None:
                await self._break(said, server, client, back)
                return
            server.write(said)
            await server.drain()
        server.close()

    async def _break(
        self,
        said: bytes,
        server: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
        back: asyncio.Task[None],
    ) -> None:
        moment, self.cut = self.cut, None
        self.cuts += 1
        back.cancel()
        client.transport.abort()
        if moment == "late":
            await self._asked.wait()
        if moment == "held":
            await self.let_go.wait()
        if moment != "before":
            server.write(said)
            await server.drain()
        server.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while said := await reader.read(65_536):
        writer.write(said)
        await writer.drain()
    writer.close()
