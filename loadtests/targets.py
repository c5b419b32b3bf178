"""Servers that are put under load: our own, started here or running already, and the baselines."""

from __future__ import annotations

import ipaddress
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from loadtests.process_usage import Observed, cores, on_core
from loadtests.swarm.centrifugo import Centrifugo
from loadtests.swarm.protocols import Plain, SocketIO, Vetrina, WireProtocol
from tests.running_server import CONTROL_KEY, Served, make_show

SHOW: Final = "swarm"
QUIET_SHOW: Final = "nobody-watches"
"""What a command costs by itself is measured here, between the rounds of the other show."""
EVENT_BYTES: Final = 300
"""Length of the frame with one event, the same for every server."""
BESIDE_TEXT_BYTES: Final = 128
STARTED_WITHIN_S: Final = 30
BUILT_WITHIN_S: Final = 900
"""For what is compiled at its first start."""
NO_LIMITS: Final = {
    "connections_max": "1000000",
    "connections_per_address": "1000000",
    "connections_per_second": "1000000",
    "announcement_chars": "500",
}
"""The limits of a public server would refuse viewers that all come from one machine."""


class CannotRun(Exception):
    """A server did not start; the message says why."""


@dataclass(slots=True)
class Target:
    """Where to connect, which protocol, and the process to look at."""

    name: str
    host: str
    port: int
    protocol: WireProtocol
    observed: Observed | None
    key: str = ""
    text_chars: int = EVENT_BYTES - BESIDE_TEXT_BYTES

    @property
    def address(self) -> str:
        """Its HTTP address."""
        return f"http://{self.host}:{self.port}"

    @property
    def process(self) -> Observed:
        """The process. Raises CannotRun where it is not known."""
        if self.observed is None:
            raise CannotRun("this scenario measures the server's process: name it with --pid")
        return self.observed

    def metrics(self) -> dict[str, float]:
        """What the server counts itself, by name and labels; empty for a baseline."""
        if not isinstance(self.protocol, Vetrina):
            return {}
        text = httpx.get(f"{self.address}/metrics", timeout=20).text
        lines = (line.rpartition(" ") for line in text.splitlines() if line[:1] not in ("#", ""))
        return {name: float(value) for name, _, value in lines}

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One control call that has to succeed; its JSON."""
        headers = {"authorization": f"Bearer {self.key}"}
        url = f"{self.address}{path}"
        answer = httpx.request(method, url, json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None


class Pinned(Served):
    """Our own server on a core of its own, without limits."""

    def __init__(self, data: Path, **settings: str) -> None:
        super().__init__(data, **{**NO_LIMITS, **settings})

    def start(self, *options: str) -> None:
        """Start it, or start it again, on the server's core."""
        try:
            with on_core(cores()[0]):
                super().start(*options)
        except AssertionError as stopped:
            raise CannotRun(str(stopped)[-500:]) from stopped

    @property
    def pid(self) -> int:
        """The process that runs now."""
        if self._process is None:
            raise CannotRun("the server is not running")
        return self._process.pid

    def target(self) -> Target:
        """What the swarm needs to know of the process that runs now."""
        protocol = Vetrina(SHOW)
        return Target("vetrina", "127.0.0.1", self.port, protocol, Observed(self.pid), CONTROL_KEY)


@contextmanager
def own_server(shows: Sequence[str] = (SHOW, QUIET_SHOW), **settings: str) -> Iterator[Pinned]:
    """A fresh server with live shows, gone after the block."""
    with tempfile.TemporaryDirectory() as folder:
        server = Pinned(Path(folder) / "data", **settings)
        server.start()
        try:
            for slug in shows:
                make_show(server, slug)
            yield server
        finally:
            _end(server)


def _end(server: Pinned) -> None:
    """Stop it, or kill it where it does not stop: nothing is left running."""
    try:
        server.stop()
    except subprocess.TimeoutExpired:
        server.kill()
        raise


def running_server(address: str, key: str, pid: int | None) -> Target:
    """A server that somebody else runs, on this machine. Makes the show it needs."""
    parts = urlsplit(address)
    host = parts.hostname or "127.0.0.1"
    host = "127.0.0.1" if host == "localhost" else host
    if not ipaddress.ip_address(host).is_loopback:
        raise CannotRun(f"{host} is not on this machine; the swarm attacks nobody else")
    observed = Observed(pid) if pid is not None else None
    target = Target("vetrina", host, parts.port or 80, Vetrina(SHOW), observed, key, 140)
    known = [show["slug"] for show in target.call("GET", "/api/v1/shows")["shows"]]
    for slug in (SHOW, QUIET_SHOW):
        if slug not in known:
            make_show(target, slug)  # type: ignore[arg-type]
    return target


BASELINES: Final = {
    "send_loop": "send() in a loop",
    "starlette_naive": "Starlette, send_text to each",
    "websockets_broadcast": "websockets.broadcast",
    "litestar_channels": "Litestar channels",
    "socketio_emit": "python-socketio",
    "django_channels": "Django Channels",
    "socketify_publish": "socketify (uWebSockets)",
    "centrifugo": "Centrifugo",
}
"""Modules of `loadtests.baselines`, the floor first, and what the report calls them."""


@contextmanager
def baseline(name: str) -> Iterator[Target]:
    """One of the baselines on the server's core. Raises CannotRun."""
    with on_core(cores()[0]):
        process = subprocess.Popen(
            [sys.executable, "-m", f"loadtests.baselines.{name}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    try:
        port = _port_of(process, BUILT_WITHIN_S if name == "centrifugo" else STARTED_WITHIN_S)
        yield Target(name, "127.0.0.1", port, _protocol_of(name), Observed(process.pid))
    finally:
        process.kill()
        process.communicate()


def _protocol_of(name: str) -> WireProtocol:
    match name:
        case "socketio_emit":
            return SocketIO()
        case "centrifugo":
            return Centrifugo(SHOW)
        case _:
            return Plain()


def _port_of(process: subprocess.Popen[str], within_s: float) -> int:
    """The port that it prints, or why it did not."""
    assert process.stdout is not None
    assert process.stderr is not None
    watchdog = threading.Timer(within_s, process.kill)
    watchdog.start()
    line = process.stdout.readline()
    watchdog.cancel()
    if line.startswith("http://127.0.0.1:"):
        threading.Thread(target=process.stderr.read, daemon=True).start()
        return int(line.rpartition(":")[2])
    said = process.stderr.read().strip().splitlines()
    raise CannotRun(said[-1] if said else f"no address within {within_s:.0f} s")
