"""Where a connected shop keeps its orders, for a seller who looks after one there."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

_PATHS: Final = {
    "shopify": "/admin/orders",
    "woocommerce": "/wp-admin/edit.php?post_type=shop_order",
}
_STRIPE: Final = "https://dashboard.stripe.com/payments"


def orders_page(kind: str, address: str | None) -> str | None:
    """The shop's own list of orders, None where it is not known; single orders are not named here.

    `address` is where the shop is asked for orders.
    """
    if kind == "stripe":
        return _STRIPE
    path = _PATHS.get(kind)
    if path is None or not address:
        return None
    parts = urlsplit(address if "//" in address else f"https://{address}")
    return f"https://{parts.netloc}{path}" if parts.netloc and "@" not in parts.netloc else None
