"""The listening socket: where this server answers, alone or beside others on the same port."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from vetrina.websocket.uvicorn_protocol import tuned

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class CannotListen(Exception):
    """The address is taken or not ours; the message names it."""


def listening_socket(host: str, port: int, *, together: bool = False) -> socket.socket:
    """A bound socket that does not listen yet. Raises CannotListen.

    `together`: several processes of one user have one each on the same port, and the system
    spreads new connections over those that listen.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        if together:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise CannotListen(
            f"Cannot listen on {host} port {port}: {error.strerror or error}. "
            "Is another server running? Choose another with --port."
        ) from error
    return tuned(made)


@contextlib.contextmanager
def reserved(host: str, port: int) -> Iterator[int]:
    """Keep a port for processes that listen together; port 0 becomes a free one.

    Raises CannotListen also where another server listens together with its own: the first look is
    for a port that nobody has. A socket that never listens gets no connections.
    """
    with listening_socket(host, port) as looking:
        port = looking.getsockname()[1]
    with listening_socket(host, port, together=True):
        yield port


def address_of(host: str, port: int) -> str:
    """The address under which others in the network reach a server that listens there."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  (asked for, and warned about)
        host = _own_address()
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port}"


def _own_address() -> str:
    """The address that others in the network know this machine by; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation, RFC 5737
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
