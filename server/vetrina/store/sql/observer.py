"""Statement hook of SQLAlchemy: which tables are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Engine, event

_FROM: Final = re.compile(r"\bFROM (\w+)")


def on_read(engine: Engine, tell: Callable[[str], None]) -> None:
    """Call this with the table of each statement that is run on an engine only to read."""

    def executing(
        _connection: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
    ) -> None:
        if found := _FROM.search(statement):
            tell(found[1])

    event.listen(engine, "before_cursor_execute", executing)
