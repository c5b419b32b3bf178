"""The shop's profile, read and set by control."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.errors import InvalidValue
from vetrina.domain.selling.seller import Seller
from vetrina.domain.selling.shop import LINKS, ShopLink, ShopProfile
from vetrina.protocol.command_codec import FieldError
from vetrina.web.api.safety_body import SafetyBody
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import invalid
from vetrina.web.http.request_body import JsonBody


@dataclass(frozen=True, kw_only=True)
class LinkBody:
    """Where else the shop is found."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class SellerBody:
    """Whom a buyer has the contract with; all empty takes it away.

    `contact` is an e-mail or https address.
    """

    legal_name: str = ""
    address: str = ""
    contact: str = ""

    def seller(self) -> Seller | None:
        """The domain's value, None where all is empty. Raises InvalidValue."""
        told = [text.strip() for text in astuple(self)]
        return Seller(*told) if any(told) else None


@dataclass(frozen=True, kw_only=True)
class ShopBody:
    """The whole profile: what is left away is empty. `accent` is a colour such as `#1f6b3a`.

    `eu`: it sells to people in the EU. `safety` counts for products without their own. A buyer may
    withdraw for `withdrawal_days` after everything arrived; `withdrawal` are the terms, `privacy`
    the address of the privacy notice. Stock is kept `reserve_minutes` for somebody who pays.
    """

    handle: Annotated[str, Field(examples=["giulia"])]
    name: str
    about: str = ""
    logo: str | None = None
    accent: str | None = None
    links: Annotated[tuple[LinkBody, ...], Field(max_length=LINKS)] = ()
    delivery: str = ""
    returns: str = ""
    eu: bool = False
    safety: SafetyBody | None = None
    seller: SellerBody | None = None
    withdrawal_days: int = 14
    withdrawal: str = ""
    privacy: str | None = None
    reserve_minutes: int = 10


@dataclass(frozen=True)
class OwnShop:
    """The shop and where it is; both null until it has a profile.

    `unsafe`: how many of its products lack the safety that the EU asks for. They stay in the shop.
    """

    shop: ShopProfile | None
    url: str | None
    unsafe: int


async def get_own_shop(call: Call) -> Response:
    """The profile, for the panel."""
    return json_answer(await _own(call, await call.context.store.shop()))


async def put_own_shop(call: Call) -> Response:
    """Make this the shop."""
    body: ShopBody = call.body
    try:
        profile = ShopProfile(
            handle=body.handle,
            name=" ".join(body.name.split()),
            about=body.about.strip(),
            logo=body.logo,
            accent=body.accent.lower() if body.accent else None,
            links=tuple(ShopLink(link.label.strip(), link.url) for link in body.links),
            delivery=body.delivery.strip(),
            returns=body.returns.strip(),
            eu=body.eu,
            safety=body.safety.safety() if body.safety else None,
            seller=body.seller.seller() if body.seller else None,
            withdrawal_days=body.withdrawal_days,
            withdrawal=body.withdrawal.strip(),
            privacy=body.privacy,
            reserve_minutes=body.reserve_minutes,
        )
    except InvalidValue as error:
        raise invalid([FieldError(error.field, error.message)]) from error
    await call.context.storefront.put(profile)
    return json_answer(await _own(call, profile))


async def _own(call: Call, shop: ShopProfile | None) -> OwnShop:
    if shop is None:
        return OwnShop(None, None, 0)
    base = call.context.base_url(call.request)
    lacking = shop.eu and shop.safety is None
    unsafe = await call.context.store.active_without_safety() if lacking else 0
    return OwnShop(shop, f"{base}/shop/{shop.handle}", unsafe)


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/shop",
        name="get_own_shop",
        summary="Read the shop's profile",
        handler=get_own_shop,
        needs=Permission.READ_CATALOGUE,
        scope="some",
        answer=OwnShop,
    ),
    Operation(
        method="PUT",
        path="/api/v1/shop",
        name="put_own_shop",
        summary="Name the shop, and say what it is",
        about="One shop an installation. With another `handle` the old address leads nowhere.",
        handler=put_own_shop,
        needs=Permission.WRITE_CATALOGUE,
        scope="all",
        body=JsonBody[ShopBody](ShopBody),
        answer=OwnShop,
    ),
)
