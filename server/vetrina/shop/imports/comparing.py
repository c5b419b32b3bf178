"""What an import would change: the file beside the catalogue, and beside the last import. Pure.

A field that a seller has edited since the last import stays as it is, a blank one leaves what is
there, and the stock of what is known is not touched, unless whoever imports says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.catalogue.variant import Variant

FIELDS: Final = (
    "title",
    "description",
    "brand",
    "categories",
    "tags",
    "images",
    "link",
    "unit_price",
    "min_age",
    "safety",
)
VARIANT_FIELDS: Final = ("values", "price", "image")
Verdict = Literal["created", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """`overwrite`: also what was edited by hand. `stock`: also the pieces of known products."""

    overwrite: bool = False
    stock: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A product as it will be. `kept`: the fields in which an edit by hand goes before the file."""

    entry: CatalogueEntry
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
    wanted: Sequence[CatalogueEntry],
    known: Mapping[str, CatalogueEntry],
    imported: Mapping[str, CatalogueEntry],
    options: ApplyOptions,
) -> list[Change]:
    """One change for each wanted product; `known` and `imported` (as the last import wrote it) are
    by SKU and need to hold only those.
    """
    return [
        _change(entry, known.get(entry.sku), imported.get(entry.sku), options) for entry in wanted
    ]


def _change(
    new: CatalogueEntry,
    now: CatalogueEntry | None,
    before: CatalogueEntry | None,
    options: ApplyOptions,
) -> Change:
    if now is None:
        return Change(new, "created")
    taken, kept = _merged(FIELDS, new, now, before, options)
    variants, kept_in_variants = _variants(new, now, before, options)
    choices = {"options": new.options, "variants": variants}
    entry = replace(now, **taken, **(choices if new.options else {"variants": variants}))
    kept += [name for name in kept_in_variants if name not in kept]
    return Change(entry, "changed" if entry != now else "unchanged", tuple(kept))


def _variants(
    new: CatalogueEntry,
    now: CatalogueEntry,
    before: CatalogueEntry | None,
    options: ApplyOptions,
) -> tuple[tuple[Variant, ...], list[str]]:
    """In the order of the file; then those that somebody added by hand, if their choice is free."""
    has = {one.sku: one for one in now.variants}
    had = {one.sku: one for one in before.variants} if before else {}
    names = (*VARIANT_FIELDS, "stock") if options.stock else VARIANT_FIELDS
    merged: list[Variant] = []
    kept: list[str] = []
    for one in new.variants:
        if one.sku in has:
            taken, its = _merged(names, one, has[one.sku], had.get(one.sku), options)
            kept += [name for name in its if name not in kept]
            merged.append(_priced(has[one.sku], taken))
        else:
            merged.append(one)
    if len(now.options) == len(new.options) and not options.overwrite:
        chosen = {one.values for one in merged}
        told = {one.sku for one in merged} | had.keys()
        added = [one for one in now.variants if one.sku not in told and one.values not in chosen]
        merged.extend(added)
    return tuple(merged), kept


def _merged(
    names: Sequence[str], new: Any, now: Any, before: Any, options: ApplyOptions
) -> tuple[dict[str, Any], list[str]]:
    """The fields that the file changes, and those that an edit by hand keeps."""
    taken: dict[str, Any] = {}
    kept = []
    for name in names:
        value, has = getattr(new, name), getattr(now, name)
        if _is_blank(value) or value == has:
            continue
        untouched = before is not None and getattr(before, name) == has
        if _is_blank(has) or untouched or options.overwrite or name in ("stock", "values"):
            taken[name] = value
        else:
            kept.append(name)
    return taken, kept


def _is_blank(value: Any) -> bool:
    return value is None or value in ("", ())


def _priced(now: Variant, taken: Mapping[str, Any]) -> Variant:
    """A declared earlier price stays; in another currency it would say nothing."""
    price = taken.get("price", now.price)
    prior = now.prior_price
    if prior is not None and prior.currency != price.currency:
        prior = None
    return replace(now, prior_price=prior, **taken)
