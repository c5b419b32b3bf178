"""Outbound requests to the servers of others: bounded in time, size and redirects.

May import the connectors and the leaves.
"""

from __future__ import annotations

from vetrina.connectors.polling import Source
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.stripe import StripeSource
from vetrina.outbound.woocommerce import WooSource


def sources(http_client: HttpClient) -> dict[str, Source]:
    """The shops that can be asked, by kind."""
    return {"woocommerce": WooSource(http_client), "stripe": StripeSource(http_client)}
