"""How many examples property tests try: `usual` for everybody, `full` where CI is set, `quick`.

The random examples differ from run to run, so that many usual runs try what a full one does.
Another profile is chosen with HYPOTHESIS_PROFILE or `--hypothesis-profile`. No example has a
deadline: how long it takes says more about the machine than about the code.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def register_profiles() -> None:
    """Make them known, and use what the environment says unless the command line does."""
    full = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("full", full, max_examples=100)
    settings.register_profile("usual", full, max_examples=40)
    settings.register_profile("quick", full, max_examples=10)
    settings.load_profile(
        os.environ.get("HYPOTHESIS_PROFILE") or ("full" if os.environ.get("CI") else "usual")
    )


def at_most(examples: int) -> int:
    """The profile's number of examples, or fewer, for those that take long each."""
    return min(examples, settings().max_examples)


def times(factor: int) -> int:
    """Several times the profile's number, for those that take little each."""
    return factor * settings().max_examples
