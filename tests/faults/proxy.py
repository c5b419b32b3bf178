"""Between the processes and Valkey: a proxy that loses, delays and withholds what it is told to."""

from __future__ import annotations

import asyncio
import socket
import struct

AT_ONCE = 65_536
MESSAGE = b"*3\r\n$7\r\nmessage\r\n"
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing is a reset."""


class Proxy:
    """Passes everything on, until it is told otherwise. Lines that listen can be treated alone."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._lines: set[_Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._listening: asyncio.Server | None = None
        self._every = 0
        self._seen = 0
        self.port = 0
        self.dropped = 0
        self.delay_s = 0.0
        """How much later what the server says arrives."""

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Listen; on the same port as before."""
        self._open.set()
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Refuse who comes and cut who is there."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def lead_to(self, port: int) -> None:
        """Another server has the address now."""
        self._server_port = port
        self.cut()

    def drop_every(self, nth: int) -> None:
        """From now on every n-th message of a show is lost; 0: none."""
        self._every, self._seen = nth, 0

    def stall(self) -> None:
        """Nothing goes through any more, and nobody is told; who comes is not served either."""
        self._open.clear()

    def go_on(self) -> None:
        """What was held back goes through now."""
        self._open.set()

    def deafen(self) -> int:
        """The lines that listen now hear nothing more; new ones do. Returns how many they are."""
        deaf = [line for line in self._lines if line.listens]
        for line in deaf:
            line.deaf = True
        return len(deaf)

    def cut(self) -> None:
        """Reset all lines."""
        for line in list(self._lines):
            line.reset()

    def lost(self, frame: bytes) -> bool:
        """Whether this frame from the server is to be lost."""
        if not self._every or not frame.startswith(MESSAGE) or b"\r\nvetrina:{" not in frame:
            return False
        self._seen += 1
        if self._seen % self._every:
            return False
        self.dropped += 1
        return True

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        line = _Line(self, writer)
        self._lines.add(line)
        try:
            await self._open.wait()
            back, forth = await asyncio.open_connection("127.0.0.1", self._server_port)
            try:
                await line.serve(reader, back, forth, self._open)
            finally:
                forth.transport.abort()
        except OSError:
            return
        finally:
            writer.transport.abort()
            self._lines.discard(line)
            self._tasks.discard(task)


class _Line:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, client: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._client = client
        self.listens = False
        self.deaf = False

    async def serve(
        self,
        client: asyncio.StreamReader,
        back: asyncio.StreamReader,
        forth: asyncio.StreamWriter,
        is_open: asyncio.Event,
    ) -> None:
        """Until either end closes."""
        ways = [
            asyncio.create_task(self._forth(client, forth, is_open)),
            asyncio.create_task(self._back(back, is_open)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    def reset(self) -> None:
        taken = self._client.get_extra_info("socket")
        if taken is not None and not self._client.is_closing():
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._client.transport.abort()

    async def _forth(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, is_open: asyncio.Event
    ) -> None:
        while said := await reader.read(AT_ONCE):
            await is_open.wait()
            self.listens = self.listens or b"SUBSCRIBE" in said
            server.write(said)
            await server.drain()

    async def _back(self, reader: asyncio.StreamReader, is_open: asyncio.Event) -> None:
        waiting = b""
        while said := await reader.read(AT_ONCE):
            await is_open.wait()
            if self.deaf:
                continue
            if self.listens:
                frames, waiting = cut_up(waiting + said)
                said = b"".join(frame for frame in frames if not self._proxy.lost(frame))
            await self._pass_on(said)

    async def _pass_on(self, said: bytes) -> None:
        if self._proxy.delay_s:
            loop = asyncio.get_running_loop()
            loop.call_later(self._proxy.delay_s, self._client.write, said)
        else:
            self._client.write(said)
            await self._client.drain()


def cut_up(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole replies (RESP2) that data begins with, and what is left."""
    frames, at = [], 0
    while (end := _end(data, at)) is not None:
        frames.append(data[at:end])
        at = end
    return frames, data[at:]


def _end(data: bytes, at: int) -> int | None:
    """Where the reply that begins there ends; None when not all of it is there."""
    line_end = data.find(b"\r\n", at)
    if line_end < 0:
        return None
    kind, after = data[at : at + 1], line_end + 2
    if kind == b"*":
        for _ in range(int(data[at + 1 : line_end])):
            inner = _end(data, after)
            if inner is None:
                return None
            after = inner
    elif kind == b"$" and (length := int(data[at + 1 : line_end])) >= 0:
        after += length + 2
    return after if after <= len(data) else None
