"""What touches a transport is tested on both event loops."""

import asyncio
import importlib.util

BOTH_LOOPS = {"test_churn.py", "test_ends.py"}


def pytest_asyncio_loop_factories(item):
    """asyncio's own loop, and uvloop where it is installed: `vetrina serve` prefers it."""
    factories = {"asyncio": asyncio.new_event_loop}
    if item.path.name in BOTH_LOOPS and importlib.util.find_spec("uvloop"):
        import uvloop

        factories["uvloop"] = uvloop.new_event_loop
    return factories
