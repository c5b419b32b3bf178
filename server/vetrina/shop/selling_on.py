"""Whether visitors pay here, and how: what the pages need to know of the shop's payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from vetrina.domain.selling.checkout import Adapter


@dataclass(frozen=True, slots=True)
class Selling:
    """`own`: the bag and the checkout are ours; else a product's own link leads to where it is
    sold. `mode` embedded: the provider's frame stands on our page. `test`: no money is taken."""

    adapter: Adapter = "link"
    mode: Literal["hosted", "embedded"] = "hosted"
    test: bool = False

    @property
    def own(self) -> bool:
        """Whether there is anything to put into a bag."""
        return self.adapter != "link"

    @property
    def holds(self) -> bool:
        """Stock is kept here while somebody pays; else it is the other shop's affair."""
        return self.adapter in ("stripe", "test")


class SellingOn(Protocol):
    """Asked for every page: an answer is kept for a moment by whoever gives it."""

    async def selling(self) -> Selling:
        """How the shop sells now."""
        ...
