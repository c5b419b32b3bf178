"""Access to what shows share: a key for one show does not reach another through it."""

from __future__ import annotations

from collections.abc import Sequence

from vetrina.domain.access import shared_skus
from vetrina.domain.show.commands import Command
from vetrina.store.ports.keys import Key
from vetrina.web.context import Context
from vetrina.web.http.problem import Problem


async def check_shared(context: Context, key: Key, commands: Sequence[Command]) -> None:
    """Raises `forbidden` where a key for one show would change a product that others sell, too."""
    if key.show is None:
        return
    shared = await context.shows.also_sold(key.show, shared_skus(key.show, commands))
    if shared:
        raise Problem(
            403,
            "forbidden",
            f"Other open shows sell {', '.join(shared)}, too: their stock and prices are changed "
            "with a key for all shows, and this key is for one.",
        )
