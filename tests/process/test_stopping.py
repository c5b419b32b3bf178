"""A process that ends: not ready, then deaf, then empty, and nobody is turned away on the way."""

from __future__ import annotations

import http.client
import select
import signal
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from loadtests.swarm.protocols import Vetrina
from loadtests.swarm.swarm import Swarm
from tests.running_server import CONTROL_KEY, Served, make_show, served
from tests.waiting import PATIENCE_S, pause

pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="the swarm needs epoll")
SLUG = "drop"


@pytest.fixture
def ending(
    tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Served, Swarm, http.client.HTTPConnection]]:
    """A server that has begun to send ten viewers away, one a second, and who came before that.

    Its parameter: over how many seconds.
    """
    drain_s = getattr(request, "param", 10)
    with served(tmp_path / "data", drain_s=str(drain_s)) as server:
        make_show(server, SLUG)
        before = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        before.request("GET", "/readyz")
        assert before.getresponse().read() == b'{"ready":true,"reasons":[]}'
        swarm = Swarm("127.0.0.1", server.port, Vetrina(SLUG), returning=False)
        swarm.fill(10, PATIENCE_S)
        server.process.terminate()
        assert swarm.run(lambda: swarm.counts.lost > 0, PATIENCE_S)
        yield server, swarm, before
        server.process.send_signal(signal.SIGINT)
        before.close()
        swarm.close()


def test_it_is_not_ready_and_takes_nobody_new(
    ending: tuple[Served, Swarm, http.client.HTTPConnection],
) -> None:
    server, swarm, before = ending
    before.request("GET", "/readyz")
    answer = before.getresponse()
    assert (answer.status, answer.getheader("connection")) == (503, "close")
    assert b"shutting down" in answer.read()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), 5)
    assert swarm.live > 0


def test_who_is_still_there_hears_what_happens(
    ending: tuple[Served, Swarm, http.client.HTTPConnection],
) -> None:
    _, swarm, before = ending
    staying, swarm.counts.deliveries = swarm.live, 0
    headers = {"authorization": f"Bearer {CONTROL_KEY}", "content-type": "application/json"}
    path = f"/api/v1/shows/{SLUG}/commands"
    before.request("POST", path, b'{"type":"pin_next"}', headers)
    assert before.getresponse().status == 200
    assert swarm.run(lambda: swarm.counts.deliveries >= staying - 1 > 5, PATIENCE_S)


LONG_DRAIN_S = 90


@pytest.mark.parametrize("ending", [LONG_DRAIN_S], indirect=True)
def test_a_second_signal_ends_it_before_everybody_was_sent_away(
    ending: tuple[Served, Swarm, http.client.HTTPConnection],
) -> None:
    server, swarm, _ = ending
    assert swarm.live > 5
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(LONG_DRAIN_S / 2) == 0
    assert swarm.run(lambda: swarm.live == 0, PATIENCE_S)


def test_who_stands_at_the_door_is_let_in(tmp_path: Path) -> None:
    """Connections that the system has made are answered, whenever the end of the server comes.

    Whose connection was not made has sent nothing yet, so whoever balances load asks elsewhere.
    """
    heard: Counter[str] = Counter()
    with served(tmp_path / "data") as server:
        ended = threading.Event()

        def ask() -> None:
            while not ended.is_set():
                heard[answer := _asked(server.port)] += 1
                if answer != "200":
                    pause()  # the server that starts needs the core

        askers = [threading.Thread(target=ask) for _ in range(4)]
        for asker in askers:
            asker.start()
        for _ in range(3):
            already = heard["200"]
            while heard["200"] < already + 100:
                heard[_asked(server.port)] += 1
            server.stop()
            server.start()
        ended.set()
        for asker in askers:
            asker.join()
    assert set(heard) == {"200", "not connected"}


def _asked(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.connect()
    except (ConnectionRefusedError, ConnectionResetError):
        return "not connected"
    try:
        connection.request("GET", "/healthz", headers={"connection": "close"})
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
