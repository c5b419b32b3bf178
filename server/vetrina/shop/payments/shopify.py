"""Payment adapter `shopify`: its own checkout, by a cart link that needs no key.

`/cart/ID:QTY,ID:QTY?discount=CODE&attributes[vetrina]=SHOW`: the attribute comes back with the
order's webhook. A code that is no good is left out there without a word.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from vetrina.domain.selling.checkout import Adapter, Checkout
from vetrina.shop.payments.elsewhere import Elsewhere, code_of, numbers_of
from vetrina.shop.payments.port import Redirect, ReturnUrls
from vetrina.store.ports.matches import MatchStore


class ShopifyPayments(Elsewhere):
    """`address` is the shop's, `connection` the one that knows its numbers of our products."""

    name: Adapter = "shopify"

    def __init__(
        self, store: MatchStore, address: str, connection: str, deal_code: str | None = None
    ) -> None:
        self._store = store
        self._address = address.rstrip("/")
        self._connection = connection
        self._deal_code = deal_code

    async def begin(self, checkout: Checkout, urls: ReturnUrls) -> Redirect:
        """The cart there. Raises ProviderRefused for a product that the shop does not have."""
        numbers = await numbers_of(self._store, self._connection, checkout, ("variant",))
        cart = ",".join(f"{numbers[line.sku]}:{line.quantity}" for line in checkout.lines)
        query = {"attributes[vetrina]": checkout.show or checkout.shop}
        if checkout.via:
            query["ref"] = checkout.via
        code = code_of(checkout, self._deal_code)
        if code:
            query["discount"] = code
        return Redirect(f"{self._address}/cart/{quote(cart, ':,')}?{urlencode(query)}")
