"""Direct write of a detached socket: straight to the kernel while it takes all.

Whatever the kernel does not take is left to the transport, which then is the only one who writes
until all of it has gone: so the order is kept. Both event loops call `connection_lost` before they
close the socket, so its number, which is shared with the transport, is never another one's.
"""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial

from vetrina.websocket.transport import DirectSubscriber, Send


class DirectWrite:
    """`_send` writes to the socket, or is None: bytes wait, the connection is closing, or TLS."""

    __slots__ = ("_deflate", "_kernel", "_send", "_subscriber", "_transport")

    def __init__(self, transport: asyncio.Transport, *, deflate: bool) -> None:
        self._transport = transport
        self._deflate = deflate
        self._subscriber: DirectSubscriber | None = None
        self._kernel = _kernel_write(transport)
        # Any byte that waits pauses us. TLS pauses at its limit and not above it: 0 would be a
        # pause with nothing waiting.
        transport.set_write_buffer_limits(high=0 if self._kernel is not None else 1, low=0)
        self._set_direct(self._direct())

    def bind(self, subscriber: DirectSubscriber) -> None:
        """From now on `subscriber.send` writes to the kernel while nothing waits."""
        self._subscriber = subscriber
        subscriber.packs = self._deflate
        subscriber.send = self._send

    def write_rest(self, data: bytes, sent: int, error: OSError | None) -> None:
        """`subscriber.send` was used, and the kernel did not take all: keep the rest."""
        if error is not None:
            sent = self._not_written(error)
        self._transport.write(memoryview(data)[sent:])

    def _release_socket(self) -> None:
        """The connection is over, and the transport is about to close its socket."""
        self._set_direct(None)
        self._subscriber = self._kernel = None

    def _set_direct(self, send: Send | None) -> None:
        self._send = send
        if self._subscriber is not None:
            self._subscriber.send = send

    def _direct(self) -> Send | None:
        """How bytes may bypass the transport; None while it holds some."""
        return None if self._transport.get_write_buffer_size() > 0 else self._kernel

    def write(self, data: bytes) -> None:
        """Send bytes, behind whatever waits."""
        send = self._send
        if send is None:
            self._transport.write(data)
            return
        try:
            sent = send(data)
        except OSError as error:
            sent = self._not_written(error)
        if sent != len(data):
            self._transport.write(memoryview(data)[sent:])

    def _not_written(self, error: OSError) -> int:
        """Nothing was written: the kernel is full, or the client is gone."""
        if not isinstance(error, BlockingIOError):
            self._set_direct(None)
            self._transport.abort()
        return 0


def _kernel_write(transport: asyncio.Transport) -> Send | None:
    """How to write to the transport's socket beside it; None where it must not be bypassed.

    That is TLS, and Windows. The number of the socket is all that is needed, and neither loop lets
    it block.
    """
    if sys.platform == "win32" or transport.get_extra_info("sslcontext") is not None:
        return None
    theirs = None if transport.is_closing() else transport.get_extra_info("socket")
    if theirs is None or theirs.fileno() < 0:
        return None
    return partial(os.write, theirs.fileno())
