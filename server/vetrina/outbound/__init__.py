"""What this server asks of others, over the network."""

from __future__ import annotations

from vetrina.connectors.polling import Source
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.stripe import StripeSource
from vetrina.outbound.woocommerce import WooSource


def sources(fetcher: HttpClient) -> dict[str, Source]:
    """The shops that can be asked, by kind."""
    return {"woocommerce": WooSource(fetcher), "stripe": StripeSource(fetcher)}
