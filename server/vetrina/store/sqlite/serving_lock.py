"""File lock of a data directory: a lock that the operating system lets go of by itself.

A server that is alone has it for itself. Servers that hear each other share it: two nodes on one
machine, so that a new one can take over from an old one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

from vetrina.store.errors import StoreUnusable

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int, shared: bool) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int, shared: bool) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


class ServingLock:
    """Held by the one process that serves a data directory; `shared`: by all that serve together.

    A process that dies, however it dies, releases it. Children that were forked hold it too.
    """

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        self._path = path
        self._shared = shared
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock. Raises StoreUnusable when another process has it."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreUnusable(f"{self._path} cannot be opened: {error.strerror}.") from error
        try:
            _take(descriptor, self._shared)
        except OSError as error:
            os.close(descriptor)
            raise StoreUnusable(self._refusal(error)) from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go. The file stays: removing it would let two processes lock two files."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _refusal(self, error: OSError) -> str:
        if isinstance(error, BlockingIOError | PermissionError):
            return (
                f"Another server uses {self._path.parent}: stop it first, start this one with "
                "another --data directory, or start both with the same --redis."
            )
        return f"{self._path} cannot be locked ({error.strerror}): choose a disk of this machine."

    def __enter__(self) -> ServingLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
