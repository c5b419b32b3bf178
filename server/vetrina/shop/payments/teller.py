"""Whose news of payments is believed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Teller:
    """Who is believed: one connection, when it tells of real money, or of test money; None: any."""

    connection: str | None = None
    live: bool | None = None

    def is_believed(self, connection: str, live: bool | None) -> bool:
        """Whether this news may be of the money that our keys ask for."""
        return self.connection in (None, connection) and (live is None or self.live in (None, live))
