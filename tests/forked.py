"""Processes forked from one that has everything loaded: a start takes a tenth of the time.

They are as real as any other: own memory, own files, own signals, and whoever kills one leaves the
others alone. What only a start from nothing shows (the program's file, its path, what it imports)
is tested where `subprocess` starts it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

AVAILABLE = "forkserver" in multiprocessing.get_all_start_methods()
LOADED = "tests.loaded"
"""The module that the others are forked with."""


class ForkedProcess:
    """What `subprocess.Popen` is for a program, for a function; its output is one pipe of text."""

    def __init__(
        self,
        call: Callable[..., object],
        *arguments: object,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([LOADED])
        reader, writer = context.Pipe(duplex=False)
        with reader, writer:
            surroundings = dict(os.environ if environment is None else environment)
            started = (call, arguments, surroundings, folder or Path.cwd(), writer)
            self._process = context.Process(target=_run, args=started, daemon=True)
            self._process.start()
            self.stdout = os.fdopen(os.dup(reader.fileno()), encoding="utf-8")
        assert self._process.pid is not None
        self.pid = self._process.pid

    def __enter__(self) -> ForkedProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        self.wait()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired([self._process.name], timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _run(
    call: Callable[..., object],
    arguments: tuple[object, ...],
    environment: Mapping[str, str],
    folder: Path,
    output: Any,
) -> None:
    """In the new process, what Python does at the start of a program."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with output:
        for descriptor, stream in ((1, sys.stdout), (2, sys.stderr)):
            os.dup2(output.fileno(), descriptor)
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    for place in environment.get("PYTHONPATH", "").split(os.pathsep):
        if place and (customization := Path(place) / "sitecustomize.py").exists():
            runpy.run_path(str(customization))
    call(*arguments)
