"""The payment adapters that a shop can choose from, each with its keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from vetrina.domain.selling.checkout import Adapter
from vetrina.shop.payments.port import Payments

Make = Callable[[], Awaitable[Payments | None]]
"""An adapter with the keys that the seller gave; None where there are none."""
Chosen = Callable[[], Awaitable[Adapter | None]]
"""Which one the seller chose; None for none."""

DEFAULT: Final[Adapter] = "link"
DEMO: Final[Adapter] = "test"


class Adapters:
    """`chosen` is asked each time, since the seller may choose another one at any moment."""

    def __init__(self, chosen: Chosen, makers: Mapping[Adapter, Make], *, demo: bool) -> None:
        self._chosen = chosen
        self._makers = makers
        self._demo = demo

    @property
    def demo(self) -> bool:
        """Whether the server runs the demo: then tests are sold everywhere."""
        return self._demo

    async def current(self) -> Payments | None:
        """The shop's; in the demo `test`, unless another was chosen."""
        name = await self._chosen() or (DEMO if self._demo else DEFAULT)
        return await self.of(name)

    async def of(self, name: Adapter) -> Payments | None:
        """One by its name: orders keep that of the day on which they were made."""
        make = self._makers.get(name)
        return None if make is None else await make()
