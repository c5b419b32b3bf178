"""Outbound requests to the servers of others: bounded in time, size and redirects.

May import the connectors and the leaves.
"""

from __future__ import annotations

from vetrina.clock import Clock
from vetrina.connectors.catalogues.port import Catalogue
from vetrina.connectors.polling import Source
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.shopify_catalogue import ShopifyCatalogue
from vetrina.outbound.shopify_orders import ShopifySource
from vetrina.outbound.stripe import StripeSource
from vetrina.outbound.woo_catalogue import WooCatalogue
from vetrina.outbound.woocommerce import WooSource


def sources(http_client: HttpClient, clock: Clock) -> dict[str, Source]:
    """The shops that can be asked, by kind."""
    return {
        "shopify": ShopifySource(http_client, clock),
        "woocommerce": WooSource(http_client),
        "stripe": StripeSource(http_client),
    }


def catalogues(http_client: HttpClient, clock: Clock) -> dict[str, Catalogue]:
    """The shops whose products can be read, by kind."""
    return {
        "shopify": ShopifyCatalogue(http_client, clock),
        "woocommerce": WooCatalogue(http_client, clock),
    }
