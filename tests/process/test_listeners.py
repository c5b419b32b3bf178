"""Listening sockets: alone on a port, or sharing it with others."""

import socket

import pytest

from vetrina.process.listeners import CannotListen, address_of, listening_socket, reserved

HERE = "127.0.0.1"


def test_a_port_that_is_taken_is_named():
    with socket.create_server((HERE, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"{HERE} port {port}.*--port"):
            listening_socket(HERE, port)
        with pytest.raises(CannotListen), reserved(HERE, port):
            pass


def test_a_reserved_port_is_for_those_who_share_it():
    with reserved(HERE, 0) as port:
        with (
            listening_socket(HERE, port, reuse_port=True) as one,
            listening_socket(HERE, port, reuse_port=True) as two,
        ):
            one.listen()
            two.listen()
            with pytest.raises(CannotListen), reserved(HERE, port):
                pass
            clients = [socket.create_connection((HERE, port), 5) for _ in range(64)]
            counted = [accepted(listening) for listening in (one, two)]
            for client in clients:
                client.close()
        assert sum(counted) == 64  # the reserving socket itself gets none
        assert min(counted) > 0


def accepted(listening):
    """How many connections wait at a socket."""
    listening.setblocking(False)
    many = 0
    try:
        while True:
            listening.accept()[0].close()
            many += 1
    except BlockingIOError:
        return many


def test_an_address_that_is_not_ours_is_named():
    with pytest.raises(CannotListen, match=r"192\.0\.2\.7"):
        listening_socket("192.0.2.7", 0)


@pytest.mark.parametrize(
    ("host", "told"), [("127.0.0.1", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")]
)
def test_the_address_is_what_others_ask_for(host, told):
    assert address_of(host, 80) == told
