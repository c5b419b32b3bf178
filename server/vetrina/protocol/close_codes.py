"""Why a socket is closed, and what the client does about it: one table for server and browser.

The number's range alone decides (`reaction`), so that a client copes with codes it does not know:

    1001, 1012    restart   the server comes back: wait as long as its `bye` said
    4000 - 4099   now       connect again at once, with a little jitter
    4100 - 4199   backoff   connect again, later and later
    4500 - 4599   stop      trying again will not help
"""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

Reaction = Literal["restart", "now", "backoff", "stop"]


class CloseCode(IntEnum):
    """A code with the reason sent along (at most 123 bytes) and its meaning for people."""

    reason: str
    meaning: str

    def __new__(cls, number: int, reason: str, meaning: str) -> CloseCode:
        code = int.__new__(cls, number)
        code._value_ = number
        code.reason = reason
        code.meaning = meaning
        return code

    GOING_AWAY = (
        1001,
        "The server is shutting down.",
        "The server stops, or the page is left. `bye` says when to come back.",
    )
    RESTART = (
        1012,
        "The server restarts.",
        "A process is replaced; the position stays good. `bye` spreads the clients over time.",
    )
    RECONNECT = (
        4000,
        "Please connect again.",
        "Nothing is wrong: the server moves this client to another process.",
    )
    RESYNC = (
        4001,
        "The position cannot be kept; a snapshot is needed.",
        "The client forgets its position and is given a snapshot when it comes back.",
    )
    INTERNAL_ERROR = (
        4100,
        "The server failed.",
        "An error on our side; the server's log has it.",
    )
    SLOW = (
        4101,
        "The client did not read fast enough.",
        "Its buffer stayed full for too long. The position is good: it resumes where it was.",
    )
    SILENT = (
        4102,
        "No heartbeat came.",
        "No frame for two and a half heartbeat intervals: the connection is dead.",
    )
    TOO_MANY_FRAMES = (
        4103,
        "The client sent too many frames.",
        "More frames a second than a client needs; see the settings of the rate limit.",
    )
    OVERLOADED = (
        4104,
        "The server is full.",
        "The limit of connections or of memory is reached; viewers go before overlays.",
    )
    HELLO_TIMEOUT = (
        4105,
        "No hello came in time.",
        "The first frame must come within 10 seconds.",
    )
    BAD_KEY = (
        4500,
        "The key is unknown or does not fit the role.",
        "Use the address that was shown when the key was made, or make a new key.",
    )
    BAD_FRAME = (
        4501,
        "A frame was not understood.",
        "It was not JSON, or a field had the wrong type; `message` in `bye` says which.",
    )
    HELLO_EXPECTED = (
        4502,
        "The first frame must be hello, and only the first.",
        "Another frame came before hello, or hello came twice.",
    )
    REVOKED = (
        4503,
        "The key was revoked.",
        "Somebody with a control key took this key back. Make a new one.",
    )
    UNKNOWN_SHOW = (
        4504,
        "There is no such show.",
        "Check the slug in the address.",
    )
    FRAME_TOO_LARGE = (
        4505,
        "A frame was larger than allowed.",
        "Frames from clients have at most 16 KiB.",
    )
    BAD_VERSION = (
        4506,
        "This protocol version is not spoken here.",
        "`v` in hello is not known to this server: update the client or the server.",
    )

    @property
    def label(self) -> str:
        """The name on the wire (`code` in `bye`): lower case."""
        return self.name.lower()

    @property
    def reaction(self) -> Reaction:
        """What a client does; derived from the range only."""
        return reaction_to(self.value)


BY_LABEL = {code.label: code for code in CloseCode}
_BY_NUMBER = {code.value: code for code in CloseCode}


def reaction_to(number: int) -> Reaction:
    """What a client does about any close code; foreign ones (1006, 1011 …) mean backoff."""
    if number in (CloseCode.GOING_AWAY, CloseCode.RESTART):
        return "restart"
    if 4000 <= number <= 4099:
        return "now"
    if 4500 <= number <= 4599:
        return "stop"
    return "backoff"


def label_of(number: int) -> str | None:
    """The table's name for a number, None for a foreign code."""
    code = _BY_NUMBER.get(number)
    return None if code is None else code.label
