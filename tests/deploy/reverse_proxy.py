"""A real reverse proxy with the project's own configuration, on ports of the test: what all share.

Of the file in deploy/ only places are changed: what it listens on, where its files are, and which
processes it knows.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx

from tests.waiting import PATIENCE_S

Kind = TypeVar("Kind", bound="ReverseProxy")


class ReverseProxy:
    """Its ports, its certificate, its process, and clients that believe it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._said: list[str] = []
        self._held = [_held_port(), _held_port()]
        self.plain_port, self.port = (held.getsockname()[1] for held in self._held)
        folder.mkdir(parents=True)
        self._certificate()

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """Everything that it wrote down."""
        return "".join(self._said)

    def start(self) -> None:
        """Returns when it listens."""
        raise NotImplementedError

    def run(self, *command: str, **environment: str) -> None:
        """Start it; returns when it listens."""
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env={**os.environ, **environment},
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        deadline = time.monotonic() + PATIENCE_S
        while not self._listens():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._reader is not None:
            self._reader.join()
        for held in self._held:
            held.close()

    def wait_for(self, words: str) -> None:
        """Until its log says so."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.log:
            assert time.monotonic() < deadline, self.log

    def trust(self) -> ssl.SSLContext:
        """What a client needs to believe its certificate."""
        return ssl.create_default_context(cafile=str(self.folder / "tls" / "fullchain.pem"))

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(
            base_url=self.address, verify=self.trust(), headers=headers, timeout=PATIENCE_S
        )

    def dial(self) -> ssl.SSLSocket:
        """A bare connection over TLS."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        return self.trust().wrap_socket(plain, server_hostname="127.0.0.1")

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), self.dial():
            return True
        return False

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            self._said.extend(process.stdout)

    def _certificate(self) -> None:
        folder = self.folder / "tls"
        folder.mkdir()
        subprocess.run(
            ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=test",
             "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
            check=True, capture_output=True,
        )  # fmt: skip


def _held_port() -> socket.socket:
    """A port that nobody else is given. The proxy may listen there, since it shares it too."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", 0))
    return held


@contextmanager
def started(proxy: Kind) -> Iterator[Kind]:
    """A running proxy for the block."""
    try:
        proxy.start()
        yield proxy
    finally:
        proxy.stop()
