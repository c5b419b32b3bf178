"""Asking again: what fails for a moment is tried a few times, and never sooner than asked for."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from vetrina import backoff
from vetrina.clock import Clock
from vetrina.connectors.polling import PollFailed

ATTEMPTS: Final = 6
FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 30.0
LONGEST_ADVICE_MS: Final = 60_000
"""Whoever wants to be left alone for longer is asked by the next sync."""
Answered = TypeVar("Answered")


async def asked_again(
    clock: Clock,
    ask: Callable[[int], Awaitable[Answered]],
    chance: Callable[[], float] = random.random,
) -> Answered:
    """The answer of `ask`, which gets the time. Raises PollFailed after the last attempt."""
    for failures in range(ATTEMPTS):
        try:
            return await ask(clock.now_ms())
        except PollFailed as error:
            advice = error.retry_after_ms or 0
            if not error.passing or failures == ATTEMPTS - 1 or advice > LONGEST_ADVICE_MS:
                raise
            wait_s = backoff.delay_s(failures, FIRST_WAIT_S, LONGEST_WAIT_S, chance())
            await clock.sleep_until(clock.now_ms() + max(advice, int(wait_s * 1000)))
    raise AssertionError("the last attempt returns or raises")
