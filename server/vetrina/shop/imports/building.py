"""From cells to a catalogue entry: what all formats share; each mistake has its row and field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vetrina.connectors.catalogues.labels import https, label, labels, made_sku
from vetrina.connectors.display_text import display_text
from vetrina.connectors.rich_text import clean_html
from vetrina.domain.catalogue.entry import (
    IMAGES,
    CatalogueEntry,
    Image,
    ProductStatus,
)
from vetrina.domain.catalogue.fields import FIELD_CHECKS, SKU_CHARS, TITLE_CHARS
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money
from vetrina.shop.imports.decimals import DecimalMark, read_price
from vetrina.shop.imports.findings import Found, RowProblem, UnusableRow, shown
from vetrina.shop.imports.table import Header, Row

STOCK_MOST = 10**9


@dataclass(frozen=True, slots=True)
class Columns:
    """How cells of one file are read: its header, its currency and its one decimal mark."""

    header: Header
    currency: str
    mark: DecimalMark

    def price(self, row: Row, name: str) -> Money:
        """Raises UnusableRow."""
        try:
            return read_price(row.get(name), self.mark, self.currency)
        except InvalidValue as error:
            raise self.unusable(row, name, error.message) from error

    def stock(self, row: Row, name: str) -> int | None:
        """Whole pieces; below zero, as shops keep what they oversold, is none. None where blank."""
        text = row.get(name)
        if not text:
            return None
        try:
            pieces = float(text.replace(",", "."))
        except ValueError:
            pieces = float("nan")
        if pieces != pieces or pieces > STOCK_MOST:
            raise self.unusable(row, name, f"expected a number of pieces, got {shown(text)}")
        return max(0, int(pieces))

    def unusable(self, row: Row, name: str, message: str) -> UnusableRow:
        """The mistake, under the name that the file itself gives the column."""
        return UnusableRow(row.number, self.header.spelling(name), message)


@dataclass(slots=True)
class Draft:
    """An entry in the making. What can be left out is dropped with a problem, not refused."""

    row: Row
    columns: Columns
    key: str
    title: str
    description: str = ""
    brand: str = ""
    categories: Sequence[str] = ()
    tags: Sequence[str] = ()
    link: str | None = None
    status: ProductStatus = "draft"
    options: Sequence[str] = ()
    images: list[Image] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    dropped: list[RowProblem] = field(default_factory=list)

    def add_image(self, row: Row, name: str, url: str, alt: str = "") -> None:
        """One more picture, unless it is there already, is no https address, or is one too many."""
        url = https(url)
        if any(image.url == url for image in self.images):
            return
        if len(self.images) == IMAGES:
            self.drop(row, name, f"expected at most {IMAGES} pictures; this one is left out")
        elif self.usable(row, name, "image", url):
            self.images.append(Image(url, label(alt)))

    def usable(self, row: Row, name: str, what: str, value: str) -> bool:
        """Whether the domain takes a value that could be left out; if not, that is told."""
        try:
            FIELD_CHECKS[what](value)
        except InvalidValue as error:
            self.drop(row, name, f"{error.message}, got {shown(value)}; it is left out")
            return False
        return True

    def drop(self, row: Row, name: str, message: str) -> None:
        """Tell of something that the product does without."""
        self.dropped.append(RowProblem(row.number, self.columns.header.spelling(name), message))

    def found(self) -> Found:
        """The entry. Raises UnusableRow where the domain refuses it."""
        title = display_text(self.title, TITLE_CHARS) or ""
        try:
            entry = CatalogueEntry(
                key=_product_sku(self.key, self.variants) if self.options else self.key,
                title=title,
                variants=tuple(self.variants),
                options=tuple(label(option) for option in self.options),
                description=clean_html(self.description),
                brand=label(self.brand),
                categories=labels(self.categories),
                tags=labels(self.tags),
                images=tuple(self.images),
                link=self.link,
                status=self.status,
                source="import",
            )
        except InvalidValue as error:
            raise self.columns.unusable(self.row, error.field, error.message) from error
        return Found(self.row.number, entry)


def _product_sku(key: str, variants: Sequence[Variant]) -> str:
    """A name for the product beside those of its variants, always the same."""
    sku = made_sku(key, ())
    return made_sku(sku[: SKU_CHARS - 4], ("all",)) if sku in {v.sku for v in variants} else sku
