"""Site maps (sitemaps.org): the shop and its products, in parts where there are many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def index_xml(base: str, parts: Iterable[int]) -> bytes:
    """The parts by the places that they begin after."""
    told = "".join(
        f"<sitemap><loc>{escape(f'{base}/sitemap.xml?after={part}')}</loc></sitemap>"
        for part in parts
    )
    return f"{HEAD}<sitemapindex {SPACE}>{told}</sitemapindex>\n".encode()


def products_xml(shop: str, skus: Iterable[str], *, first: bool) -> bytes:
    """The pages of products; in the first part the shop's own too."""
    addresses = [f"{shop}/products/{quote(sku, safe='')}" for sku in skus]
    told = "".join(f"<url><loc>{escape(one)}</loc></url>" for one in [shop] * first + addresses)
    return f"{HEAD}<urlset {SPACE}>{told}</urlset>\n".encode()
