"""What an import would change: the file beside the catalogue, and beside the last import. Pure.

A field that a seller has edited since the last import stays as it is, a blank one leaves what is
there, and the stock of what is known is not touched, unless whoever imports says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from vetrina.domain.catalogue.product import Product

FIELDS: Final = ("title", "price", "image", "link")
Verdict = Literal["created", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """`overwrite`: also what was edited by hand. `stock`: also the pieces of known products."""

    overwrite: bool = False
    stock: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A product as it will be. `kept`: the fields in which an edit by hand goes before the file."""

    product: Product
    verdict: Verdict
    kept: tuple[str, ...] = ()


@dataclass(slots=True)
class Counts:
    """How many products of each verdict, and how many kept something edited."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0

    @property
    def total(self) -> int:
        """All products that could be used."""
        return self.created + self.changed + self.unchanged

    def add(self, changes: Iterable[Change]) -> None:
        """Count some more."""
        for change in changes:
            setattr(self, change.verdict, getattr(self, change.verdict) + 1)
            self.kept += bool(change.kept)


def compared(
    wanted: Sequence[Product],
    known: Mapping[str, Product],
    imported: Mapping[str, Product],
    options: ApplyOptions,
) -> list[Change]:
    """One change for each wanted product; `known` and `imported` (as the last import wrote it) are
    by SKU and need to hold only those.
    """
    return [
        _change(product, known.get(product.sku), imported.get(product.sku), options)
        for product in wanted
    ]


def _change(
    new: Product, now: Product | None, before: Product | None, options: ApplyOptions
) -> Change:
    if now is None:
        return Change(new, "created")
    taken: dict[str, Any] = {}
    kept = []
    for name in (*FIELDS, "stock") if options.stock else FIELDS:
        value, has = getattr(new, name), getattr(now, name)
        if value is None or value == has:
            continue
        untouched = before is not None and getattr(before, name) == has
        if has is None or untouched or options.overwrite or name == "stock":
            taken[name] = value
        else:
            kept.append(name)
    if "price" in taken and now.prior_price is not None:
        taken.update(_prior_price(now, taken["price"].currency))
    return Change(replace(now, **taken), "changed" if taken else "unchanged", tuple(kept))


def _prior_price(now: Product, currency: str) -> dict[str, None]:
    """A declared earlier price stays; in another currency it would say nothing."""
    return {} if now.price.currency == currency else {"prior_price": None}
