"""Listening sockets: one for this process, alone or beside others on the same port."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

from vetrina.websocket.uvicorn_protocol import tuned

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class CannotListen(Exception):
    """The address is taken or not ours; the message names it."""


def listening_socket(host: str, port: int, *, reuse_port: bool = False) -> socket.socket:
    """A bound socket that does not listen yet. Raises CannotListen.

    `reuse_port`: several processes of one user have one each on the same port, and the system
    spreads new connections over those that listen (SO_REUSEPORT).
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        if reuse_port:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise CannotListen(
            f"Cannot listen on {host} port {port}: {error.strerror or error}. "
            "Is another server running? Choose another with --port."
        ) from error
    return tuned(listening)


@contextlib.contextmanager
def reserved(host: str, port: int) -> Iterator[int]:
    """Keep a port for processes that listen together; port 0 becomes a free one.

    Raises CannotListen also where another server shares the port among its own workers: the first
    try is without sharing. A socket that never listens gets no connections.
    """
    with listening_socket(host, port) as probe:
        port = probe.getsockname()[1]
    with listening_socket(host, port, reuse_port=True):
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
