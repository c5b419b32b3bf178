"""What is shown while a scenario runs: one line that moves, or plain lines where nobody watches."""

from __future__ import annotations

import time
from typing import Final

from rich.console import Console
from rich.status import Status

from loadtests.swarm.swarm import Swarm

EVERY_S: Final = 0.5
PLAIN_EVERY_S: Final = 10.0


class Progress:
    """Says what is going on, and how the swarm is doing, for under one percent of a core."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._words = ""
        self._status: Status | None = None
        self._told_at = 0.0

    def begin(self, scenario: str, about: str) -> None:
        """A scenario starts."""
        self.console.print(f"\n[bold]{scenario}[/]  {about}")

    def say(self, words: str) -> None:
        """The next step of the scenario."""
        self._words = words
        if self.console.is_terminal:
            if self._status is None:
                self._status = self.console.status(words, refresh_per_second=4)
                self._status.start()
            self._status.update(words)
        else:
            self.console.print(f"  {words}")
            self._told_at = time.monotonic()

    def follow(self, swarm: Swarm) -> None:
        """Show how the swarm is doing, from within its loop, until it is closed."""
        counts = swarm.counts
        words = (
            f"{self._words}: {swarm.live:,} of {len(swarm.viewers):,} live,"
            f" {counts.deliveries:,} delivered, {counts.bytes_in / 1e6:,.1f} MB"
        )
        if counts.faults or counts.lost:
            words += f", [red]{counts.faults} faults, {counts.lost} lost[/]"
        if self._status is not None:
            self._status.update(words)
        elif swarm.viewers and time.monotonic() - self._told_at > PLAIN_EVERY_S:
            self.console.print(f"  {words}")
            self._told_at = time.monotonic()
        swarm.later(EVERY_S, self.follow, swarm)

    def end(self) -> None:
        """The scenario is over."""
        if self._status is not None:
            self._status.stop()
            self._status = None
