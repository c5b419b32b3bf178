"""File descriptor limit (RLIMIT_NOFILE): how many sockets this process may have open."""

from __future__ import annotations

import logging
from typing import Final

SPARE: Final = 256
"""For the database, pictures, pages and everything else that is no live socket."""

logger = logging.getLogger(__name__)


def raise_file_limit(wanted: int) -> int:
    """Make room for `wanted` sockets; how many the system allows. Warns when they are fewer."""
    try:
        import resource
    except ImportError:  # Windows has no such limit.
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + SPARE
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    possible = max(1, soft - SPARE)
    logger.warning(
        "The system lets this process open %d files, so it takes %d sockets and not %d. "
        "Raise the limit (ulimit -n, or LimitNOFILE= of systemd), or set "
        "VETRINA_CONNECTIONS_MAX=%d to say that this is enough.",
        soft, possible, wanted, possible,
    )  # fmt: skip
    return possible
