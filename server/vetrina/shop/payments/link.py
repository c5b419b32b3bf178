"""Payment adapter `link`: the product's own page, in whatever shop that is.

Words in braces are filled in where a seller's link has them: `{sku}`, `{qty}`, `{show}`, `{via}`.
"""

from __future__ import annotations

from urllib.parse import quote

from vetrina.domain.selling.checkout import Adapter, Checkout
from vetrina.shop.payments.elsewhere import Elsewhere
from vetrina.shop.payments.port import ProviderRefused, Redirect, ReturnUrls
from vetrina.store.ports.catalogue import CatalogueStore


class LinkPayments(Elsewhere):
    """Leads to one product at a time: a link puts nothing into a cart."""

    name: Adapter = "link"

    def __init__(self, store: CatalogueStore) -> None:
        self._store = store

    async def begin(self, checkout: Checkout, urls: ReturnUrls) -> Redirect:
        """The product's page. Raises ProviderRefused for one without, and for several products."""
        products = list(dict.fromkeys(line.product for line in checkout.lines))
        if len(products) > 1:
            message = "Each of these products is bought on a page of its own: buy one at a time."
            raise ProviderRefused("one_at_a_time", message)
        found = await self._store.products(products)
        link = found[0].link if found else None
        if link is None:
            raise ProviderRefused("no_link", f"{checkout.lines[0].title} cannot be bought here.")
        return Redirect(_filled(link, checkout))


def _filled(link: str, checkout: Checkout) -> str:
    line = checkout.lines[0]
    words = {
        "sku": line.sku,
        "qty": str(line.quantity),
        "show": checkout.show or "",
        "via": checkout.via or "",
    }
    for name, value in words.items():
        link = link.replace(f"{{{name}}}", quote(value, safe=""))
    return link
