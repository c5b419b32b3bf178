"""How many examples property tests try: `full` for everybody, `quick` for `make quick`.

A profile is chosen with `--hypothesis-profile`. No example has a deadline: how long it takes says
more about the machine than about the code.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def register_profiles() -> None:
    """Make them known, and use `full` unless the command line says otherwise."""
    full = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("full", full, max_examples=100)
    settings.register_profile("quick", full, max_examples=10)
    settings.load_profile("full")


def at_most(examples: int) -> int:
    """The profile's number of examples, or fewer, for those that take long each."""
    return min(examples, settings().max_examples)
