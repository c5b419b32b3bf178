"""From a bag to a checkout: what the forms of the shop ask of whoever checks out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from vetrina.domain.errors import Refused
from vetrina.domain.selling.buyer_bag import BuyerBag
from vetrina.domain.selling.checkout import WantedLine
from vetrina.domain.selling.shop import ShopProfile


@dataclass(frozen=True, slots=True)
class Begun:
    """Where it is paid. `buyer` is the browser's new token, None where it has one already."""

    url: str
    buyer: str | None = None

    def remember(self, answer: Response) -> None:
        """Let the browser be known again."""


class Ordering(Protocol):
    """Starts checkouts."""

    async def begin(
        self,
        request: Request,
        shop: ShopProfile,
        items: tuple[WantedLine, ...],
        *,
        bag: BuyerBag,
        show: str | None,
        adult: bool,
    ) -> Begun:
        """Reserve and tell where to pay. Raises Refused."""
        ...


class NoOrdering:
    """A shop in which nothing is ordered."""

    async def begin(
        self,
        request: Request,
        shop: ShopProfile,
        items: tuple[WantedLine, ...],
        *,
        bag: BuyerBag,
        show: str | None,
        adult: bool,
    ) -> Begun:
        """Raises Refused."""
        raise Refused("not_for_sale", "This shop takes no orders.")
