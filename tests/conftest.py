"""What holds for every test: nothing leaves this machine."""

import ipaddress
import sys
from typing import Any

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
