"""Shutdown deadline: a process ends in bounded time, whatever hangs."""

from __future__ import annotations

import os
import sys
import threading

# More than a parent waits before it kills, and less than systemd and Docker do.
HARD_EXIT_S = 4.0


def end_within(seconds: float) -> None:
    """End this process after so long, if nothing else has: without cleaning up, exit code 1.

    From a thread, since the event loop may be what hangs. What was answered is in the store.
    """
    deadline = threading.Timer(seconds, _end, [seconds])
    deadline.daemon = True
    deadline.start()


def _end(seconds: float) -> None:
    print(f"vetrina: not ended after {seconds:g} s; giving up.", file=sys.stderr, flush=True)
    os._exit(1)
