"""Forms of the shop's pages: read, and what they do to a bag."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from vetrina.domain.catalogue.fields import FIELD_CHECKS
from vetrina.domain.selling.buyer_bag import BuyerBag
from vetrina.web.http.problem import Problem
from vetrina.web.http.request_body import check_media_type, read_body

FORM_BYTES: Final = 8 * 1024
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
Form = dict[str, str]


async def read_form(request: Request) -> Form:
    """The fields of a form; the last value of each counts. Raises Problem."""
    check_media_type(request, (FORM,))
    raw = await read_body(request, FORM_BYTES)
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise Problem(400, "bad_form", "The form cannot be read.") from error


def from_elsewhere(request: Request) -> bool:
    """Whether another site's page sent it: a browser says so."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def wants_json(request: Request) -> bool:
    """Whether a script asks."""
    return request.headers.get("accept", "").startswith(JSON)


def never_kept(answer: Response) -> Response:
    """A page that is one person's own."""
    answer.headers["cache-control"] = "no-store"
    answer.headers["x-robots-tag"] = "noindex, nofollow"
    return answer


def see_other(address: str) -> Response:
    """Go there next. The address before is nobody's affair."""
    headers = {"location": address, "cache-control": "no-store", "referrer-policy": "no-referrer"}
    return Response(None, 303, headers)


def applied(bag: BuyerBag, form: Form) -> BuyerBag:
    """The bag after what a form asks for. What cannot be read changes nothing."""
    sku, seen = form.get("sku", ""), _whole(form.get("price", ""))
    match form.get("do"):
        case "add":
            if not _is_sku(sku):
                return bag
            more = bag.with_more(sku, _whole(form.get("quantity", "1")) or 1, seen)
            return replace(more, show=form.get("show", "")[:64] or bag.show)
        case "set":
            quantity = _whole(form.get("quantity", ""))
            return bag if quantity is None else bag.with_quantity(sku, quantity, seen)
        case "remove":
            return bag.with_quantity(sku, 0)
        case "voucher":
            return replace(bag, voucher=form.get("code", "").strip()[:32] or None)
        case "market":
            return replace(bag, market=form.get("market", "")[:32] or None)
        case _:
            return bag


def one_of(bag: BuyerBag, form: Form) -> BuyerBag:
    """A bag of the one thing that is bought at once, where it goes, and what lowers it."""
    show = form.get("show", "")[:64] or None
    alone = BuyerBag(market=bag.market, show=show, voucher=bag.voucher)
    return applied(alone, form | {"do": "add"})


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 14 else None


def _is_sku(text: str) -> bool:
    try:
        FIELD_CHECKS["sku"](text)
    except ValueError:
        return False
    return True
