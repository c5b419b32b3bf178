"""Whom to deliver to, out of a Checkout Session. Read when a seller asks, and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel

from vetrina.connectors.fields import SOFT, SoftText, read_as
from vetrina.shop.payments.port import BuyerDetails


class AddressBody(BaseModel):
    line1: SoftText = None
    line2: SoftText = None
    postal_code: SoftText = None
    city: SoftText = None
    state: SoftText = None
    country: SoftText = None


class PersonBody(BaseModel):
    name: SoftText = None
    email: SoftText = None
    phone: SoftText = None
    address: Annotated[AddressBody | None, SOFT] = None


class CollectedBody(BaseModel):
    shipping_details: Annotated[PersonBody | None, SOFT] = None


class BuyerBody(BaseModel):
    customer_details: Annotated[PersonBody | None, SOFT] = None
    collected_information: Annotated[CollectedBody | None, SOFT] = None


def buyer_details(session: Mapping[str, Any]) -> BuyerDetails:
    """To where it is delivered; to whoever paid where nothing else is said."""
    told = read_as(BuyerBody, session)
    payer = told.customer_details or PersonBody()
    collected = told.collected_information
    to = (collected.shipping_details if collected else None) or payer
    address = to.address or payer.address
    return BuyerDetails(
        name=to.name or payer.name,
        email=payer.email,
        phone=to.phone or payer.phone,
        address=_lines(address) if address else (),
    )


def _lines(address: AddressBody) -> tuple[str, ...]:
    place = " ".join(filter(None, (address.postal_code, address.city)))
    lines = (address.line1, address.line2, place, address.state, address.country)
    return tuple(line for line in lines if line)
