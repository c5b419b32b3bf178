"""EMFILE on accept: logged once a minute where the system gives no more file descriptors.

asyncio's own loop tries once for each slot of the listen backlog and reports every failure with a
traceback, two thousand at once and every second anew. uvloop sheds what it cannot take by itself.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

LOG_EVERY_S: Final = 60.0

logger = logging.getLogger(__name__)


class AcceptErrors:
    """An exception handler of an event loop, for `loop.set_exception_handler`."""

    def __init__(self) -> None:
        self._logged_at: float | None = None

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Report a failure; one of accepting only if that was not done just before."""
        error, message = context.get("exception"), str(context.get("message", ""))
        if "_start_serving(" in message and isinstance(error, ValueError):
            return  # It wanted to try again, and the server has ended meanwhile.
        if message.startswith("socket.accept()") and isinstance(error, OSError):
            self._log(error, loop.time())
        else:
            loop.default_exception_handler(context)

    def _log(self, error: OSError, now_s: float) -> None:
        if self._logged_at is None or now_s - self._logged_at >= LOG_EVERY_S:
            self._logged_at = now_s
            logger.error(
                "No new connection can be taken: %s. Those that are open are served. Raise the "
                "limit (ulimit -n, or LimitNOFILE= of systemd), or see who holds so many.",
                error.strerror,
            )
