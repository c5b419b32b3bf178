"""What one frame to each of many sockets costs: `socket.send()` in a loop, and io_uring in batches.

    pip install liburing && python -m loadtests.benchmarks.uring_sends

Both send the same frame over the same connections in turn, from one core; the medians compare. With
io_uring the sockets are registered, and what succeeds tells nothing back.
"""

from __future__ import annotations

import contextlib
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Final

from loadtests.process_usage import cores, on_core

CONNECTIONS: Final = 2_000
ROUNDS: Final = 15
BATCH: Final = 256
FRAME: Final = b"\x81\x7e\x01\x2c" + b"x" * 300


def main() -> None:
    """Measure and print; ends with what is missing where it cannot."""
    try:
        import liburing
    except ImportError:
        sys.exit("liburing is not installed: pip install liburing")
    with on_core(cores()[0]), ExitStack() as stack:
        senders, readers = _connections(stack)
        ring = stack.enter_context(_ring(liburing, senders))
        ways: dict[str, Callable[[], None]] = {
            "socket.send()": lambda: _send(senders),
            f"io_uring, {BATCH} at once": lambda: _submit(liburing, ring, len(senders)),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                taken[name].append(_round_us(way, readers))
    medians = {name: statistics.median(rounds) for name, rounds in taken.items()}
    floor = medians["socket.send()"]
    for name, us in medians.items():
        spread = f"{min(taken[name]):.2f} to {max(taken[name]):.2f}"
        print(f"{name:24} {us:6.2f} µs a frame ({spread}), {us / floor:.2f} × socket.send()")


def _connections(stack: ExitStack) -> tuple[list[socket.socket], list[socket.socket]]:
    with socket.create_server(("127.0.0.1", 0), backlog=CONNECTIONS) as listening:
        readers = [
            stack.enter_context(socket.create_connection(listening.getsockname()))
            for _ in range(CONNECTIONS)
        ]
        senders = [stack.enter_context(listening.accept()[0]) for _ in range(CONNECTIONS)]
    for sender in senders:
        sender.setblocking(False)
        sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return senders, readers


@contextlib.contextmanager
def _ring(liburing: Any, senders: Sequence[socket.socket]) -> Iterator[Any]:
    ring = liburing.Ring()
    flags = liburing.IORING_SETUP_SINGLE_ISSUER | liburing.IORING_SETUP_COOP_TASKRUN
    liburing.io_uring_queue_init(BATCH, ring, flags)
    try:
        registered = liburing.FileIndex([sender.fileno() for sender in senders])
        liburing.io_uring_register_files(ring, registered)
        yield ring
    finally:
        liburing.io_uring_queue_exit(ring)


def _send(senders: Sequence[socket.socket]) -> None:
    for sender in senders:
        sender.send(FRAME)


def _submit(liburing: Any, ring: Any, many: int) -> None:
    flags = liburing.IOSQE_FIXED_FILE | liburing.IOSQE_CQE_SKIP_SUCCESS
    get, prepare, submit = (
        liburing.io_uring_get_sqe,
        liburing.io_uring_prep_send,
        liburing.io_uring_submit,
    )
    length = len(FRAME)
    for number in range(many):
        entry = get(ring)
        prepare(entry, number, FRAME, length, 0)
        entry.flags = flags
        if number % BATCH == BATCH - 1:
            submit(ring)
    submit(ring)


def _round_us(way: Callable[[], None], readers: Sequence[socket.socket]) -> float:
    """Processor time of one frame; afterwards everybody has read it."""
    before = time.process_time_ns()
    way()
    took_ns = time.process_time_ns() - before
    for reader in readers:
        if reader.recv(len(FRAME), socket.MSG_WAITALL) != FRAME:
            raise RuntimeError("a frame did not come whole")
    return took_ns / len(readers) / 1000


if __name__ == "__main__":
    main()
