"""The part of Shopify's products that a catalogue needs, in the two forms that they come in."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from vetrina.connectors.fields import (
    LISTED,
    SOFT,
    Id,
    SoftAmount,
    SoftBool,
    SoftId,
    SoftMoment,
    SoftText,
)


class _Node(BaseModel):
    """GraphQL writes names as JavaScript does."""

    model_config = ConfigDict(alias_generator=to_camel)


class NameNode(_Node):
    name: SoftText = None


class ImageNode(_Node):
    url: SoftText = None
    alt_text: SoftText = None


class MediaNode(_Node):
    """Something else than a picture comes empty, and a picture that is not ready yet has none."""

    image: Annotated[ImageNode | None, SOFT] = None


class MediaNodes(_Node):
    nodes: Annotated[list[Annotated[MediaNode | None, SOFT]], LISTED] = []

    def pictures(self) -> list[tuple[str, str | None]]:
        """Their addresses and what they show."""
        images = [node.image for node in self.nodes if node and node.image]
        return [(image.url, image.alt_text) for image in images if image.url]


class ChoiceNode(_Node):
    name: SoftText = None
    value: SoftText = None


class ItemNode(_Node):
    id: SoftId = None
    tracked: SoftBool = None


class VariantNode(_Node):
    id: Id
    sku: SoftText = None
    price: SoftAmount = None
    inventory_quantity: SoftAmount = None
    inventory_policy: SoftText = None
    inventory_item: Annotated[ItemNode | None, SOFT] = None
    selected_options: Annotated[list[Annotated[ChoiceNode | None, SOFT]], LISTED] = []
    media: Annotated[MediaNodes | None, SOFT] = None


class VariantNodes(_Node):
    nodes: Annotated[list[Annotated[VariantNode | None, SOFT]], LISTED] = []


class ProductNode(_Node):
    id: Id
    handle: SoftText = None
    title: SoftText = None
    description_html: SoftText = None
    vendor: SoftText = None
    product_type: SoftText = None
    category: Annotated[NameNode | None, SOFT] = None
    tags: Annotated[list[SoftText], LISTED] = []
    status: SoftText = None
    updated_at: SoftMoment = None
    online_store_url: SoftText = None
    options: Annotated[list[Annotated[NameNode | None, SOFT]], LISTED] = []
    media: Annotated[MediaNodes | None, SOFT] = None
    variants: Annotated[VariantNodes | None, SOFT] = None


class ImageBody(BaseModel):
    id: SoftId = None
    src: SoftText = None
    alt: SoftText = None


class OptionBody(BaseModel):
    name: SoftText = None


class VariantBody(BaseModel):
    """`inventory_management` is left away by the newer versions, which say it elsewhere."""

    id: Id
    sku: SoftText = None
    price: SoftAmount = None
    inventory_management: SoftText = None
    inventory_policy: SoftText = None
    inventory_quantity: SoftAmount = None
    option1: SoftText = None
    option2: SoftText = None
    option3: SoftText = None
    image_id: SoftId = None

    @property
    def counted(self) -> bool:
        """Whether the webhook says at all if pieces are counted."""
        return "inventory_management" in self.model_fields_set


class ProductBody(BaseModel):
    """A product as the `products/*` webhooks tell it: the form of the older interface."""

    id: Id
    handle: SoftText = None
    title: SoftText = None
    body_html: SoftText = None
    vendor: SoftText = None
    product_type: SoftText = None
    category: Annotated[NameNode | None, SOFT] = None
    tags: SoftText = None
    status: SoftText = None
    updated_at: SoftMoment = None
    options: Annotated[list[Annotated[OptionBody | None, SOFT]], LISTED] = []
    images: Annotated[list[Annotated[ImageBody | None, SOFT]], LISTED] = []
    variants: Annotated[list[Annotated[VariantBody | None, SOFT]], LISTED] = []
    variant_gids: Annotated[list[object], LISTED] = []
