"""The event loops that a test runs on."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable

Factories = dict[str, Callable[[], asyncio.AbstractEventLoop]]


def factories(*, both: bool) -> Factories:
    """asyncio's own loop; with `both` uvloop too, which `vetrina serve` prefers, if installed."""
    found: Factories = {"asyncio": asyncio.new_event_loop}
    if both and importlib.util.find_spec("uvloop"):
        import uvloop

        found["uvloop"] = uvloop.new_event_loop
    return found
