"""What this server asks of others, over the network."""

from __future__ import annotations

from server.connectors.polls import Source
from server.outbound.fetch import Fetcher
from server.outbound.stripe import StripeSource
from server.outbound.woocommerce import WooSource


def sources(fetcher: Fetcher) -> dict[str, Source]:
    """The shops that can be asked, by kind."""
    return {"woocommerce": WooSource(fetcher), "stripe": StripeSource(fetcher)}
