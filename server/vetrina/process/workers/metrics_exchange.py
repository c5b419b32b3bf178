"""The numbers of all workers, from whichever of them is asked.

Each worker tells its own to whoever connects to its socket in the folder that they share, and asks
the others. One that does not answer in time is left out; how many did answer is among the numbers.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Final

from vetrina.metrics import Metrics
from vetrina.process.workers.metrics_merge import together

PATIENCE_S: Final = 1.0
SUFFIX: Final = ".numbers"
_ANSWERED: Final = """\
# HELP vetrina_workers_answering Processes of this server whose numbers are in this answer.
# TYPE vetrina_workers_answering gauge
vetrina_workers_answering {}
"""


class MetricsExchange:
    """One worker's end of it."""

    def __init__(self, folder: Path, number: int, metrics: Metrics) -> None:
        self._folder = folder
        self._number = number
        self._metrics = metrics
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Answer the others from now on. What a worker before us left behind is replaced."""
        path = self._path(self._number)
        path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._tell, path)

    async def close(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.close()
            self._path(self._number).unlink(missing_ok=True)

    async def render(self) -> bytes:
        """The numbers of all workers, each with the worker they are of."""
        others = sorted(
            int(path.stem)
            for path in self._folder.glob(f"*{SUFFIX}")
            if int(path.stem) != self._number
        )
        told = await asyncio.gather(*(self._ask(number) for number in others))
        texts = {str(self._number): self._metrics.render().decode()}
        texts |= {str(n): text for n, text in zip(others, told, strict=True) if text is not None}
        return (together(texts) + _ANSWERED.format(len(texts))).encode()

    async def _tell(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            writer.write(self._metrics.render())
            await writer.drain()
        writer.close()

    async def _ask(self, number: int) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                reader, writer = await asyncio.open_unix_connection(self._path(number))
                try:
                    return (await reader.read(-1)).decode()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return None

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}{SUFFIX}"
