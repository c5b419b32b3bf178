"""The floor in C: what one `send()` costs here, compiled where there is a compiler."""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

from loadtests.process_usage import cores, on_core

SOURCE: Final = Path(__file__).with_suffix(".c")
CONNECTIONS: Final = 1_000
ROUNDS: Final = 9


def send_us(connections: int = CONNECTIONS, rounds: int = ROUNDS) -> float | None:
    """Processor time of one `send()` of a small frame, the median of some rounds over as many
    connections, on the server's core; None without a C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "send_floor"
        subprocess.run([compiler, "-O2", "-o", program, SOURCE], check=True)
        with _running(program, connections) as (said, asked), on_core(cores()[1]), ExitStack() as s:
            port = int(said.readline())
            ends = [
                s.enter_context(socket.create_connection(("127.0.0.1", port)))
                for _ in range(connections)
            ]
            return statistics.median(_round(said, asked, ends) for _ in range(rounds))


@contextmanager
def _running(program: Path, connections: int) -> Iterator[tuple[IO[str], IO[str]]]:
    with on_core(cores()[0]):
        process = subprocess.Popen(
            [program, str(connections)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    try:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout, process.stdin
    finally:
        process.kill()
        process.communicate()


def _round(said: IO[str], asked: IO[str], ends: list[socket.socket]) -> float:
    asked.write("\n")
    asked.flush()
    took_us = float(said.readline())
    for end in ends:
        end.recv(64 * 1024)
    return took_us
