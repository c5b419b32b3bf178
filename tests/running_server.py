"""A real server in a process of its own, to be talked to, killed and started again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import orjson
from standardwebhooks.webhooks import Webhook

from tests.forked import AVAILABLE, ForkedProcess
from tests.sqlite import with_tables
from tests.waiting import PATIENCE_S

ADDRESS = re.compile(r"http://127\.0\.0\.1:([1-9]\d*)")
PROGRAM = (sys.executable, "-m", "vetrina")
Process = subprocess.Popen[str] | ForkedProcess
CONTROL_KEY = "ctl_for-the-tests-of-this-project"


class Served:
    """One installation on a port that stays the same over restarts."""

    forks: ClassVar[bool] = False
    """Whether servers are forked from a process that has loaded them, as they are for tests."""
    program: Sequence[str] = PROGRAM
    folder: Path | None = None
    """The current folder of the server; None: that of the tests."""

    def __init__(
        self, data: Path, *, environment: Mapping[str, str] | None = None, **settings: str
    ) -> None:
        self.data = data
        self._more = dict(environment or {})
        self.port = 0
        self.said: list[str] = []
        self._settings = settings
        self._process: Process | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *options: str) -> None:
        """Returns when the server says where it is."""
        self._process = self._begin(
            ["serve", *options, "--port", str(self.port), "--data", str(self.data)]
        )
        watchdog = threading.Timer(PATIENCE_S, self._process.kill)
        watchdog.start()
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line)
            if found := ADDRESS.search(line):
                self.port = int(found[1])
                break
        else:
            raise AssertionError("the server stopped: " + "".join(self.said))
        watchdog.cancel()
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def _begin(self, words: Sequence[str]) -> Process:
        if self.forks and AVAILABLE and self.program is PROGRAM:
            self._prepare(words)
            return forked_program(words, self._environment(), self.folder)
        return subprocess.Popen(
            [*self.program, *words],
            env=self._environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _prepare(self, words: Sequence[str]) -> None:
        """Give one process that is new its tables. A server with workers makes them, in turn."""
        others = {"database", "encryption_key"} & {*self._settings}
        if not (others or self._more or self.data.exists() or "--workers" in words):
            with_tables(self.data)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it as Ctrl+C would; the exit code."""
        return self._end(signal.SIGTERM)

    @property
    def process(self) -> Process:
        """The running process."""
        assert self._process is not None
        return self._process

    def client(self, **headers: str) -> httpx.Client:
        """A client with the control key."""
        headers = {"authorization": f"Bearer {CONTROL_KEY}", **headers}
        return httpx.Client(base_url=self.address, headers=headers, timeout=PATIENCE_S)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One control call that has to succeed; its JSON."""
        with self.client() as client:
            answer = client.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def _end(self, how: int) -> int:
        process = self._process
        if process is None:
            return 0
        process.send_signal(how)
        code = process.wait(PATIENCE_S)
        self._process = None
        return code

    def _listen(self, process: Process) -> None:
        assert process.stdout is not None
        with process.stdout:
            self.said.extend(process.stdout)

    def _environment(self) -> dict[str, str]:
        own = {k: v for k, v in os.environ.items() if not k.startswith("VETRINA_")}
        given = {f"VETRINA_{name.upper()}": value for name, value in self._settings.items()}
        plenty = {"VETRINA_REQUESTS_PER_MINUTE": "100000", "VETRINA_READS_PER_MINUTE": "100000"}
        key = {"VETRINA_CONTROL_KEY": CONTROL_KEY}
        return {**own, **plenty, **key, "PYTHONUNBUFFERED": "1", **given, **self._more}


def vetrina(*words: str | Path, **environment: str) -> tuple[int, str]:
    """Run the command; its exit code and all that it said, in lines that nothing wraps."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("VETRINA_")}
    with forked_program(words, {**own, "COLUMNS": "200", **environment}) as program:
        said = program.stdout.read()
        return program.wait(PATIENCE_S), said


def forked_program(
    words: Sequence[str | Path], environment: Mapping[str, str], folder: Path | None = None
) -> ForkedProcess:
    """The `vetrina` command at work."""
    given = [str(word) for word in words]
    return ForkedProcess(_program, given, environment=environment, folder=folder)


def _program(words: Sequence[str]) -> None:
    from vetrina.cli import main

    main(words, prog_name="vetrina")


@contextmanager
def served(
    data: Path, *options: str, environment: Mapping[str, str] | None = None, **settings: str
) -> Iterator[Served]:
    """A running server for the block; settings by name, such as heartbeat_ms='1000'."""
    server = Served(data, environment=environment, **settings)
    server.start(*options)
    try:
        yield server
    finally:
        server.stop()


def make_show(server: Served, slug: str, status: str = "live") -> dict[str, Any]:
    """A show with three products in its bag; the answer of the call that made it."""
    products = [
        _product("MUG-1", "Moka mug, hand-glazed", 2490, 2490, 46),
        _product("APR-3", "Linen apron, olive", 3900, None, 8),
        _product("CUP-4", "Espresso cups, set of 4", 3200, None, None),
    ]
    server.call("POST", "/api/v1/products", products)
    body = {"slug": slug, "title": f"Show {slug}", "currency": "EUR", "status": status}
    made: dict[str, Any] = server.call("POST", "/api/v1/shows", body)
    server.call("PUT", f"/api/v1/shows/{slug}/bag", {"skus": ["MUG-1", "APR-3", "CUP-4"]})
    return made


def _product(sku: str, title: str, price: int, prior: int | None, stock: int | None) -> Any:
    return {
        "sku": sku,
        "title": title,
        "price": {"amount": price, "currency": "EUR"},
        "prior_price": None if prior is None else {"amount": prior, "currency": "EUR"},
        "link": f"https://shop.example/{sku}",
        "stock": stock,
    }


def purchase(order_id: str, sku: str = "MUG-1", quantity: int = 1) -> bytes:
    """The body of a generic purchase."""
    amount = {"amount": 1890 * quantity, "currency": "EUR"}
    items = [{"sku": sku, "quantity": quantity, "amount": amount}]
    now_ms = time.time_ns() // 1_000_000
    data = {"order_id": order_id, "items": items, "occurred_at": now_ms}
    return orjson.dumps({"type": "purchase.confirmed", "data": data})


def signed(secret: str, delivery: str, body: bytes) -> dict[str, str]:
    """The three headers of the Standard Webhooks scheme."""
    now = datetime.now(tz=UTC)
    return {
        "content-type": "application/json",
        "webhook-id": delivery,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(delivery, now, body.decode()),
    }
