"""Background tasks that fail are started again: soon at first, later each time."""

import asyncio

from vetrina.supervisor import BACKOFF_MAX_S, BACKOFF_MIN_S, HEALTHY_S, Supervisor


class Crashing:
    """Work that runs for the given times and then fails; it ends for good after the last."""

    def __init__(self, runs_s: list[float]) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self._runs_s = runs_s

    async def work(self) -> None:
        if self._runs_s:
            self.now += self._runs_s.pop(0)
            raise OSError("the disk is full")

    async def sleep(self, pause_s: float) -> None:
        self.pauses.append(pause_s)

    async def run(self) -> Supervisor:
        supervisor = Supervisor(self.sleep, lambda: self.now)
        supervisor.start("work", self.work)
        await asyncio.gather(*supervisor._tasks)
        return supervisor


async def test_the_pause_grows_from_failure_to_failure_up_to_a_limit():
    crashing = Crashing([1.0] * 12)
    supervisor = await crashing.run()
    assert crashing.pauses[0] <= BACKOFF_MIN_S < crashing.pauses[3]
    assert BACKOFF_MAX_S / 2 <= crashing.pauses[-1] <= BACKOFF_MAX_S
    assert (supervisor.restarts, supervisor.failing) == (12, {})


async def test_the_pause_is_short_again_after_a_healthy_run():
    crashing = Crashing([1.0] * 8 + [HEALTHY_S, 1.0])
    await crashing.run()
    assert crashing.pauses[7] > 16 * BACKOFF_MIN_S
    assert crashing.pauses[8] <= BACKOFF_MIN_S
    assert crashing.pauses[9] <= 2 * BACKOFF_MIN_S
