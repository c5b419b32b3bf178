"""What strangers send, and what others feel of it: alone and behind each reverse proxy."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx

from deploy.bootstrap import find_proxy
from loadtests.attackers import ATTACKS
from loadtests.bench_context import Bench
from loadtests.process_usage import Observed
from loadtests.result import Promise, Result
from tests.deploy.caddy import Caddy
from tests.deploy.haproxy import Haproxy
from tests.deploy.nginx import Nginx
from tests.deploy.reverse_proxy import ReverseProxy, started
from tests.running_server import CONTROL_KEY, Served, make_show, served

SHOW: Final = "drop"
ROUNDS: Final = 2
QUIET_S: Final = 2.0
ATTACK_S: Final = 2.0
SETTLE_S: Final = 0.7
PAUSE_S: Final = 0.01
MOST: Final = 3.0
"""What others feel, times what they feel when it is quiet."""
MEMORY_BACK: Final = 1.3
PATIENCE_S: Final = 30.0
FRONTS: Final[dict[str, type[ReverseProxy] | None]] = {
    "alone": None,
    "nginx": Nginx,
    "haproxy": Haproxy,
    "caddy": Caddy,
}


@dataclass(frozen=True, slots=True)
class Front:
    """What strangers and others connect to."""

    name: str
    address: str
    port: int
    trust: ssl.SSLContext
    """What httpx needs to believe its certificate."""


def attacks(bench: Bench) -> Result:
    """What strangers send: p99 of `/healthz` and of a pin, quiet and under attack, side by side."""
    bench.no_other("it attacks it")
    rows: list[dict[str, Any]] = []
    left_out = []
    for name, kind in FRONTS.items():
        if name in ("haproxy", "caddy") and find_proxy(name) is None:
            left_out.append(name)
            continue
        with _front(name, kind) as (server, front):
            made = server.call("POST", "/api/v1/connections", {"kind": "generic", "show": SHOW})
            for attack in ATTACKS:
                bench.progress.say(f"{name}: {attack}")
                rows.append(_row(server, front, attack, made["id"]))
    promises = [
        Promise(f"{row['front']}, {row['attack']}: p99 of {what}", row[f"{what}_ratio"], "at most",
                MOST, "× quiet")
        for row in rows for what in ("healthz", "pin")
    ]  # fmt: skip
    promises += [
        Promise(f"{row['front']}, {row['attack']}: memory after", row["memory_after"], "at most",
                MEMORY_BACK, "× before")
        for row in rows
    ]  # fmt: skip
    note = f"not installed: {', '.join(left_out)}" if left_out else ""
    return Result("attacks", {"rows": rows}, promises, note)


@contextmanager
def _front(name: str, kind: type[ReverseProxy] | None) -> Iterator[tuple[Served, Front]]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = stack.enter_context(served(Path(folder) / "data"))
        make_show(server, SHOW)
        if kind is None:
            yield server, Front(name, server.address, server.port, ssl.create_default_context())
            return
        proxy = kind(Path(folder) / name, server.port)  # type: ignore[call-arg]
        config = Path(folder) / name / "haproxy.cfg"
        if config.exists():
            config.write_text(config.read_text().replace("maxconn 200", "maxconn 4000"))
        stack.enter_context(started(proxy))
        yield server, Front(name, proxy.address, proxy.port, proxy.trust())


def _row(server: Served, front: Front, attack: str, connection: str) -> dict[str, Any]:
    """One attack, in turn with the quiet before it: what else this machine does meets both."""
    process = Observed(server.process.pid)
    before = process.resident_bytes()
    quiet, under, used_ns = _Felt(), _Felt(), 0
    sent: list[dict[str, int]] = []
    for _ in range(ROUNDS):
        _feel(quiet, front, QUIET_S, process)
        used = process.used()
        with _attacked(front, attack, connection) as told:
            time.sleep(SETTLE_S)
            _feel(under, front, ATTACK_S, process)
        sent.append(told)
        used_ns += (process.used() - used).total_ns
    time.sleep(SETTLE_S)
    after = process.resident_bytes()
    row: dict[str, Any] = {
        "front": front.name,
        "attack": attack,
        "sent": {name: sum(each[name] for each in sent) for name in sent[0]},
        "server_cpu_s": round(used_ns / 1e9, 2),
        "memory_mib": [round(each / 2**20) for each in (before, under.most_bytes, after)],
        "memory_after": round(after / before, 2),
    }
    for what in ("healthz", "pin"):
        row[f"{what}_p50_ms"] = [quiet.p50_ms(what), under.p50_ms(what)]
        row[f"{what}_p99_ms"] = [quiet.p99_ms(what), under.p99_ms(what)]
        row[f"{what}_ratio"] = round(under.p99_ms(what) / quiet.p99_ms(what), 2)
    return row


@contextmanager
def _attacked(front: Front, attack: str, connection: str) -> Iterator[dict[str, int]]:
    """Attacked for the block, a moment less than it takes; what was sent is told after it."""
    command = [sys.executable, "-m", "loadtests.attackers", attack, str(front.port)]
    command += [str(SETTLE_S + ATTACK_S), *(["--tls"] if front.name != "alone" else [])]
    environment = {**os.environ, "ATTACKED_CONNECTION": connection}
    told: dict[str, int] = {}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        yield told
        told |= json.loads(process.communicate(timeout=PATIENCE_S)[0])


class _Felt:
    """How long calls took, in ms, and how much memory there was at most."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = {"healthz": [], "pin": []}
        self.most_bytes = 0

    def p50_ms(self, what: str) -> float:
        return self._at(what, 0.5)

    def p99_ms(self, what: str) -> float:
        return self._at(what, 0.99)

    def _at(self, what: str, share: float) -> float:
        ranked = sorted(self.took[what])
        return round(ranked[min(len(ranked) - 1, int(len(ranked) * share))], 1)


def _feel(felt: _Felt, front: Front, seconds: float, process: Observed) -> None:
    """Health checks by new connections, and pins by one that is kept, one after the other."""
    until = time.monotonic() + seconds
    headers = {"authorization": f"Bearer {CONTROL_KEY}"}
    options: Any = {"base_url": front.address, "verify": front.trust, "timeout": PATIENCE_S}
    pins = [{"type": "pin_product", "sku": sku} for sku in ("MUG-1", "CUP-4")]

    def timed(what: str, call: Callable[[], httpx.Response]) -> None:
        began = time.perf_counter()
        call().raise_for_status()
        felt.took[what].append((time.perf_counter() - began) * 1000)

    with httpx.Client(headers=headers, **options) as host:
        path = f"/api/v1/shows/{SHOW}/commands"
        while time.monotonic() < until:
            with httpx.Client(**options) as stranger:
                timed("healthz", partial(stranger.get, "/healthz"))
            pin = partial(host.post, path, json=pins[len(felt.took["pin"]) % 2])
            timed("pin", pin)
            felt.most_bytes = max(felt.most_bytes, process.resident_bytes())
            time.sleep(PAUSE_S)
