"""One module for each shop system: signature in, normal form out, no I/O."""

from __future__ import annotations

from typing import Final

from vetrina.connectors.fourthwall import Fourthwall
from vetrina.connectors.generic import Generic
from vetrina.connectors.port import Connector
from vetrina.connectors.shopify.webhooks import Shopify
from vetrina.connectors.stripe.webhooks import Stripe
from vetrina.connectors.tiktok import TikTok
from vetrina.connectors.woocommerce.webhooks import WooCommerce

CONNECTORS: Final[dict[str, Connector]] = {
    connector.kind: connector
    for connector in (Generic(), Shopify(), WooCommerce(), Stripe(), Fourthwall(), TikTok())
}
