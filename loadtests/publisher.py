"""Makes events happen: announcements over HTTP, or a message to a baseline."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from loadtests.swarm.http_client import HttpClients, OnAnswer
from loadtests.swarm.messages import stamped
from loadtests.swarm.protocols import Call, now_ns
from loadtests.swarm.swarm import Swarm
from loadtests.targets import QUIET_SHOW, SHOW, Target

COMMANDS: Final = "/api/v1/shows/{}/commands"


class Publisher:
    """One for each swarm. An event carries the moment at which it was asked for."""

    def __init__(self, swarm: Swarm, target: Target, connections: int = 20) -> None:
        self._swarm = swarm
        self._target = target
        self._clients = HttpClients(swarm, target.host, target.port, target.key, connections)
        self.fired = 0

    @property
    def asks_aside(self) -> bool:
        """Whether the same can be asked for a show that nobody watches."""
        return isinstance(self._target.protocol.fire("", SHOW), Call)

    def fire(self, *, aside: bool = False) -> None:
        """One event. `aside`: in the show that nobody watches."""
        self.fired += 1
        text = stamped(now_ns(), self._target.text_chars)
        asked = self._target.protocol.fire(text, QUIET_SHOW if aside else SHOW)
        if isinstance(asked, Call):
            self._clients.post(asked.path, asked.body)
        else:
            self._swarm.viewers[0].send(asked)

    def command(self, command: Any, on_answer: OnAnswer | None = None) -> None:
        """Any command of a show, or a list of them that is all or nothing."""
        self._clients.post(COMMANDS.format(SHOW), command, on_answer)

    def burst(self, many: int, gap_s: float, *, aside: bool = False) -> None:
        """Some events, one after the other at this distance, the first at once."""
        self.fire(aside=aside)
        for number in range(1, many):
            self._swarm.later(number * gap_s, partial(self.fire, aside=aside))

    def series(self, many: int, gap_s: float) -> None:
        """A long series in the background; each is planned when the one before it leaves."""
        if many > 0:
            self.fire()
            self._swarm.later(gap_s, self.series, many - 1, gap_s)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._clients.busy

    def close(self) -> None:
        """Close."""
        self._clients.close()
