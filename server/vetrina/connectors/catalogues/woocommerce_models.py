"""The part of WooCommerce's products that a catalogue needs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel

from vetrina.connectors.fields import (
    LISTED,
    SOFT,
    Id,
    SoftAmount,
    SoftId,
    SoftMoment,
    SoftText,
)


class NameBody(BaseModel):
    name: SoftText = None


class PictureBody(BaseModel):
    src: SoftText = None
    alt: SoftText = None


class AttributeBody(BaseModel):
    """Of a product: all values there are. Of a variation: the one that it stands for."""

    name: SoftText = None
    variation: Any = None
    options: Annotated[list[SoftText], LISTED] = []
    option: SoftText = None


class Sold(BaseModel):
    """What products and variations have in common. `manage_stock` may be the text `parent`."""

    id: Id
    status: SoftText = None
    sku: SoftText = None
    price: SoftAmount = None
    manage_stock: Any = None
    stock_quantity: SoftAmount = None
    stock_status: SoftText = None
    backorders: SoftText = None
    date_modified_gmt: SoftMoment = None
    attributes: Annotated[list[Annotated[AttributeBody | None, SOFT]], LISTED] = []


class WooVariation(Sold):
    image: Annotated[PictureBody | None, SOFT] = None


class WooProduct(Sold):
    type: SoftText = None
    parent_id: SoftId = None
    name: SoftText = None
    slug: SoftText = None
    permalink: SoftText = None
    external_url: SoftText = None
    description: SoftText = None
    short_description: SoftText = None
    categories: Annotated[list[Annotated[NameBody | None, SOFT]], LISTED] = []
    tags: Annotated[list[Annotated[NameBody | None, SOFT]], LISTED] = []
    brands: Annotated[list[Annotated[NameBody | None, SOFT]], LISTED] = []
    images: Annotated[list[Annotated[PictureBody | None, SOFT]], LISTED] = []
