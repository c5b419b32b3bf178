"""One module for each shop system: signature in, normal form out, no I/O."""

from __future__ import annotations

from typing import Final

from server.connectors.base import Connector
from server.connectors.fourthwall import Fourthwall
from server.connectors.generic import Generic
from server.connectors.shopify import Shopify
from server.connectors.stripe import Stripe
from server.connectors.tiktok import TikTok
from server.connectors.woocommerce import WooCommerce

CONNECTORS: Final[dict[str, Connector]] = {
    connector.kind: connector
    for connector in (Generic(), Shopify(), WooCommerce(), Stripe(), Fourthwall(), TikTok())
}
