"""Metrics exchange: any worker that is scraped answers with the metrics of all of them.

Each worker sends its own to whoever connects to its socket in the folder that they share, and reads
those of the others. One that does not answer in time is left out; how many did answer is a metric.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Final

from vetrina.metrics import Metrics
from vetrina.process.workers.metrics_merge import merged

ANSWER_WITHIN_S: Final = 1.0
SUFFIX: Final = ".metrics"
_ANSWERED: Final = """\
# HELP vetrina_workers_answering Processes of this server whose metrics are in this answer.
# TYPE vetrina_workers_answering gauge
vetrina_workers_answering {}
"""


class MetricsExchange:
    """One worker's part in it."""

    def __init__(self, folder: Path, number: int, metrics: Metrics) -> None:
        self._folder = folder
        self._number = number
        self._metrics = metrics
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Answer the others from now on, in place of an earlier worker of this number."""
        path = self._path(self._number)
        path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._send, path)

    async def close(self) -> None:
        """Stop answering."""
        if self._server is not None:
            self._server.close()
            self._path(self._number).unlink(missing_ok=True)

    async def render(self) -> bytes:
        """The metrics of all workers, each sample labelled with its worker."""
        others = sorted(
            int(path.stem)
            for path in self._folder.glob(f"*{SUFFIX}")
            if int(path.stem) != self._number
        )
        answers = await asyncio.gather(*(self._read(number) for number in others))
        texts = {str(self._number): self._metrics.render().decode()}
        texts |= {str(n): text for n, text in zip(others, answers, strict=True) if text is not None}
        return (merged(texts) + _ANSWERED.format(len(texts))).encode()

    async def _send(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            writer.write(self._metrics.render())
            await writer.drain()
        writer.close()

    async def _read(self, number: int) -> str | None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                reader, writer = await asyncio.open_unix_connection(self._path(number))
                try:
                    return (await reader.read(-1)).decode()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return None

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}{SUFFIX}"
