"""For every test: nothing leaves this machine, and who asks gets a real PostgreSQL."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import itertools
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.memory import give_back, peak_mb, resident_bytes
from tests.properties import register_profiles

if TYPE_CHECKING:
    from tests.postgres import PostgresServer

HERE = Path(__file__).resolve().parent

register_profiles()

# Tests meet nobody whom the authorities of the world vouch for, and to read their certificates
# takes each client longer than most tests. Here are none.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = str(HERE)

# httpx asks it at every request to an application whether this is trio. Where it is not installed,
# Python looked for it each time in every folder of the path.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """More than there are cores, where they are few: half of the time a test waits, for a browser,
    a process or a disk. `logical` for tests that wait for nothing: as many as there are cores.
    """
    cores = os.cpu_count() or 1
    if config.option.numprocesses == "logical":
        return cores
    return max(cores, min(2 * cores, 4))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with what it needs; `make quick` leaves out those that need much.

    Only workers come here: what they load is nothing to the process that hands out the tests.
    """
    from tests.markers import needs
    from tests.running_server import Served

    Served.forks = True
    for item in items:
        if isinstance(item, pytest.Function):
            for mark in sorted(needs(item)):
                item.add_marker(mark)


PURE = {"domain", "protocol"}
"""Nothing is opened there."""


TIDIED = itertools.count()
TIDIED_WHOLLY = 200
"""After so many tests everything is looked at again, also what was there before the last one."""


def pytest_collection_finish() -> None:
    """What is there now stays to the end, and no collection has to look at it again."""
    tidy()


@pytest.fixture(autouse=True)
def nothing_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """Who leaves a socket or a file open is told so itself, and not a test that runs later.

    What outlives its test is not looked at again after each of the next ones: to do so took a
    quarter of the processor time of all tests. It is told from what only pytest still holds, the
    fixtures' values, when the next test begins.
    """
    pure = request.path.relative_to(HERE).parts[0] in PURE
    if not pure:
        tidy()
    before = resident_bytes()
    yield
    if not pure:
        gc.collect()
        give_back(before)


def tidy() -> None:
    """Collect what the last test left; at first and sometimes later, of everything there is."""
    if next(TIDIED) % TIDIED_WHOLLY == 0:
        gc.unfreeze()
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells how much memory it took."""
    if (told := getattr(session.config, "workeroutput", None)) is not None:
        told["peak_mb"] = peak_mb()


PEAKS_MB: list[int] = []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Nothing is known of a worker that crashed."""
    PEAKS_MB.append(getattr(node, "workeroutput", {}).get("peak_mb", 0))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """400 MB a worker is what a small machine has."""
    if PEAKS_MB:
        told = ", ".join(map(str, sorted(PEAKS_MB)))
        terminalreporter.write_line(f"Memory of the workers at most: {told} MB")


_NAMES = {None, "", "localhost", b"localhost"}


def _is_here(host: Any) -> bool:
    if host in _NAMES:
        return True
    try:
        address = ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse_the_network(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    if not _is_here(host):
        raise RuntimeError(f"A test wants to reach {host!r}; run a server on 127.0.0.1 instead.")


# An audit hook sees every socket of the process, whichever library opens it. It cannot be removed.
sys.addaudithook(_refuse_the_network)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for all tests of this process that do not harm it. It does not wait for the disk."""
    from tests.postgres import PostgresServer

    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A database with all tables; a copy of it takes a tenth of the time of migrating."""
    from tests.encryption import CIPHER
    from vetrina.store.sql.store import postgres_store

    name = postgres_server.create()

    async def migrate() -> None:
        store = postgres_store(postgres_server.url(name), CIPHER)
        await store.open()
        await store.close()

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, migrate()).result()
    return name


@pytest.fixture
def empty_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a database without tables."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture
def postgres(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The address of a database with all tables and without rows."""
    name = postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    postgres_server.drop(name)
