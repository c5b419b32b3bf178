"""Makes events happen: announcements over HTTP, or a word to a baseline."""

from __future__ import annotations

from typing import Any, Final

from loadtests.swarm.caller import Callers, OnAnswer
from loadtests.swarm.crowd import Swarm
from loadtests.swarm.dialects import now_ns
from loadtests.swarm.heard import stamped
from loadtests.targets import SHOW, Target

COMMANDS: Final = f"/api/v1/shows/{SHOW}/commands"


class Publisher:
    """One for each swarm. An event carries the moment at which it was asked for."""

    def __init__(self, swarm: Swarm, target: Target, lines: int = 20) -> None:
        self._swarm = swarm
        self._target = target
        self._callers = Callers(swarm, target.host, target.port, target.key, lines)
        self.fired = 0

    def fire(self, on_answer: OnAnswer | None = None) -> None:
        """One event. A baseline has no answer."""
        self.fired += 1
        text = stamped(now_ns(), self._target.text_chars)
        word = self._target.dialect.fire(text)
        if word is not None:
            self._swarm.viewers[0].send(word)
        else:
            self._callers.post(COMMANDS, {"type": "announce", "text": text}, on_answer)

    def command(self, command: Any, on_answer: OnAnswer | None = None) -> None:
        """Any command of a show, or a list of them that is all or nothing."""
        self._callers.post(COMMANDS, command, on_answer)

    def volley(self, many: int, gap_s: float) -> None:
        """Some events, one after the other at this distance."""
        for number in range(many):
            self._swarm.later(number * gap_s, self.fire)

    def series(self, many: int, gap_s: float) -> None:
        """A long series in the background; each is planned when the one before it leaves."""
        if many > 0:
            self.fire()
            self._swarm.later(gap_s, self.series, many - 1, gap_s)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._callers.busy

    def close(self) -> None:
        """Hang up."""
        self._callers.close()
