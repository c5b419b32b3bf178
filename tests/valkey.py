"""A real Valkey server for tests, to be killed, frozen and started again. It keeps nothing.

It listens on a port of 127.0.0.1, so that something can stand between, and on a Unix socket. Nobody
looks after it, unlike `process.workers.local_broker.EmbeddedValkey`: what is down stays down.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from tests.waiting import PATIENCE_S, pause
from vetrina.process.workers.local_broker import valkey_program


class ValkeyServer:
    """One server; its address stays the same over restarts."""

    def __init__(self, **options: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="vetrina-vk-"))
        self.port = free_port()
        self.password = options.get("requirepass")
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address on 127.0.0.1, with the password where there is one."""
        return f"redis://{f':{self.password}@' if self.password else ''}127.0.0.1:{self.port}"

    @property
    def socket(self) -> Path:
        return self.home / "valkey.sock"

    @property
    def pid(self) -> int:
        assert self._process is not None, "it is not running"
        return self._process.pid

    def start(self) -> None:
        """Empty, with the options it was made with; returns when it answers."""
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "unixsocket": str(self.socket),
            "save": "",
            "appendonly": "no",
            "repl_diskless_sync_delay": "0",
            "dir": str(self.home),
            "loglevel": "warning",
            **self._options,
        }
        words: list[str] = []
        for name, value in options.items():
            words += [f"--{name.replace('_', '-')}", value]
        self.run(*words)

    def run(self, *words: str) -> None:
        """The program with these arguments; returns when it answers."""
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(valkey_program()), *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.home, preexec_fn=_end_with_parent,
            )  # fmt: skip
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Ask until it answers."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            assert self._process is not None and self._process.poll() is None, self.log()
            try:
                self.command("PING")
                return
            except (RedisError, OSError):
                assert time.monotonic() < deadline, f"Valkey does not answer:\n{self.log()}"
                pause()

    def command(self, *words: str | bytes | int) -> Any:
        """What it answers. Raises RedisError."""
        with Redis(
            unix_socket_path=str(self.socket), password=self.password, socket_timeout=PATIENCE_S
        ) as client:
            return client.execute_command(*words)

    def option(self, name: str) -> str:
        """What it was made with."""
        return self._options[name]

    def clients(self, kind: str = "pubsub") -> int:
        """How many connections of a kind it has."""
        listed: bytes = self.command("CLIENT", "LIST", "TYPE", kind)
        return len(listed.splitlines())

    def kill(self) -> None:
        """As the out-of-memory killer does."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It does nothing from now on, and its lines stay open."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def follow(self, primary: ValkeyServer) -> None:
        """Become a replica, as after a failover; returns when the link is up."""
        self.command("REPLICAOF", "127.0.0.1", primary.port)
        deadline = time.monotonic() + PATIENCE_S
        while self.command("ROLE")[3] != b"connected":
            assert time.monotonic() < deadline, f"no link to the primary:\n{self.log()}"
            pause()

    def close(self) -> None:
        """End it and remove what it left."""
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def log(self) -> str:
        """What it has told."""
        return (self.home / "log").read_text(errors="replace")

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE_S)
            self._process = None


@contextmanager
def valkey_server(**options: str) -> Iterator[ValkeyServer]:
    """A server for the block; options as in valkey.conf, with `_` for `-`."""
    server = ValkeyServer(**options)
    try:
        server.start()
        yield server
    finally:
        server.close()


def _end_with_parent() -> None:
    """Killed tests leave no server behind, where the system can see to it."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
