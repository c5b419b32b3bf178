"""When a viewer of the swarm comes back."""

from __future__ import annotations

import random

import pytest

from loadtests.swarm.retry import LONGEST_S, delay_s
from vetrina.protocol.close_codes import CloseCode


@pytest.mark.parametrize(
    ("code", "bye_ms", "failures", "shortest", "longest"),
    [
        (CloseCode.RESTART, (700, 900), 0, 0.7, 0.9),
        (CloseCode.RESTART, None, 0, 0.5, 3.0),
        (4000, None, 3, 0.0, 1.0),
        (CloseCode.SLOW, None, 0, 0.5, 1.0),
        (1006, None, 2, 0.5, 4.0),
        (1006, None, 40, 0.5, LONGEST_S),
    ],
)
def test_it_waits_within_what_the_documents_say(
    code: int, bye_ms: tuple[int, int] | None, failures: int, shortest: float, longest: float
) -> None:
    chance = random.Random(1)
    waits = [delay_s(int(code), bye_ms, failures, chance) for _ in range(200)]
    assert all(wait is not None and shortest <= wait <= longest for wait in waits)
    assert len(set(waits)) > 100


def test_it_stays_away_when_coming_back_will_not_help() -> None:
    assert delay_s(int(CloseCode.UNKNOWN_SHOW), (0, 1), 0) is None
