"""What touches a transport is tested on both event loops."""

from tests.event_loops import factories

BOTH_LOOPS = {"test_churn.py", "test_ends.py"}


def pytest_asyncio_loop_factories(item):
    return factories(both=item.path.name in BOTH_LOOPS)
