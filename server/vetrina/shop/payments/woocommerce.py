"""Payment adapter `woocommerce`: its own checkout, by its checkout link.

`/checkout-link/?products=123:2,456:1&coupon=CODE`: products without options and single variations.
"""

from __future__ import annotations

from urllib.parse import urlencode

from vetrina.domain.selling.checkout import Adapter, Checkout
from vetrina.shop.payments.elsewhere import Elsewhere, code_of, numbers_of
from vetrina.shop.payments.port import Redirect, ReturnUrls
from vetrina.store.ports.matches import MatchStore


class WooPayments(Elsewhere):
    """`address` is the shop's, `connection` the one that knows its numbers of our products."""

    name: Adapter = "woocommerce"

    def __init__(
        self, store: MatchStore, address: str, connection: str, deal_code: str | None = None
    ) -> None:
        self._store = store
        self._address = address.rstrip("/")
        self._connection = connection
        self._deal_code = deal_code

    async def begin(self, checkout: Checkout, urls: ReturnUrls) -> Redirect:
        """The checkout there. Raises ProviderRefused for a product that the shop does not have."""
        kinds = ("variation", "product")
        numbers = await numbers_of(self._store, self._connection, checkout, kinds)
        cart = ",".join(f"{numbers[line.sku]}:{line.quantity}" for line in checkout.lines)
        query = {"products": cart}
        code = code_of(checkout, self._deal_code)
        if code:
            query["coupon"] = code
        return Redirect(f"{self._address}/checkout-link/?{urlencode(query, safe=':,')}")
