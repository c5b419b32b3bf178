"""Which products may be offered: in the EU none without product safety. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.catalogue.safety import Safety
from vetrina.domain.errors import Refused
from vetrina.domain.selling.shop import ShopProfile

NAMED: Final = 5
DRAFT_INSTEAD: Final = (
    "expected product safety, of the product or of the shop, which sells to people in the EU;"
    " it is a draft until then"
)


def safety_of(entry: CatalogueEntry, shop: ShopProfile | None) -> Safety | None:
    """What buyers are told: the product's own, else that of the shop."""
    return entry.safety or (shop.safety if shop else None)


def publishable(entry: CatalogueEntry, shop: ShopProfile | None) -> bool:
    """Whether it may become active."""
    return shop is None or not shop.eu or safety_of(entry, shop) is not None


def allowed(entry: CatalogueEntry, known: CatalogueEntry | None, shop: ShopProfile | None) -> bool:
    """Whether it may be saved in place of what is known: what is active already stays so."""
    begins = entry.status == "active" and (known is None or known.status != "active")
    return not begins or publishable(entry, shop)


def as_allowed(
    entry: CatalogueEntry, known: CatalogueEntry | None, shop: ShopProfile | None
) -> CatalogueEntry:
    """The product; a draft where it would become active and may not."""
    return entry if allowed(entry, known, shop) else replace(entry, status="draft")


def check_publishing(
    entries: Sequence[CatalogueEntry],
    known: Mapping[str, CatalogueEntry],
    shop: ShopProfile | None,
) -> None:
    """Raises Refused, which names the first of those that may not become active."""
    skus = [one.sku for one in entries if not allowed(one, known.get(one.sku), shop)]
    if skus:
        names = ", ".join(skus[:NAMED]) + (f" and {len(skus) - NAMED} more" if skus[NAMED:] else "")
        raise Refused(
            "safety_missing",
            f"The shop sells to people in the EU, and nothing is told of the safety of {names}."
            " Give `safety` with maker, address and contact, to the product or to the shop, or"
            " save a draft.",
        )
