"""What somebody who watches the store is told: what is read, and how long an append takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Protocol

from sqlalchemy import Engine, event

_FROM: Final = re.compile(r"\bFROM (\w+)")


class StoreObserver(Protocol):
    """Whoever watches. Called from any thread."""

    def store_read(self, table: str) -> None:
        """A statement read this table; the first one, where it reads several."""
        ...

    def store_appended(self, seconds: float) -> None:
        """An append became durable, so long after the decision."""
        ...


def on_read(engine: Engine, tell: Callable[[str], None]) -> None:
    """Call this with the table of each statement that is run on an engine only to read."""

    def executing(
        _connection: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
    ) -> None:
        if found := _FROM.search(statement):
            tell(found[1])

    event.listen(engine, "before_cursor_execute", executing)
