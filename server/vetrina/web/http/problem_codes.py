"""Error codes: each with its status and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vetrina.domain.errors import REFUSALS
from vetrina.web.http.operation import Caller, FileUpload, Operation, Upload


@dataclass(frozen=True, slots=True)
class Code:
    """A stable word and what to do about it."""

    status: int
    meaning: str


CODES: Final[dict[str, Code]] = {
    "bad_code": Code(401, "The one-time code is unknown, used or too old: make a new link."),
    "bad_form": Code(400, "The form with the file cannot be read."),
    "bad_image": Code(422, "The picture is damaged."),
    "bad_json": Code(400, "The body is not JSON."),
    "bad_signature": Code(401, "A delivery is not signed with this connection's secret."),
    "busy": Code(503, "The server cannot write now: try again, with the same Idempotency-Key."),
    "cut_short": Code(400, "The request ended before its body did."),
    "damaged_show": Code(503, "The show's log cannot be read; others go on. `doctor` says more."),
    "forbidden": Code(403, "A valid key that is not good for this call or this show."),
    "idempotency_mismatch": Code(422, "This Idempotency-Key was used with another body."),
    "image_too_large": Code(422, "The picture has too many pixels."),
    "in_progress": Code(409, "The first request with this Idempotency-Key still runs."),
    "internal_error": Code(500, "A mistake of the server; its log says more."),
    "invalid": Code(422, "Fields do not fit; `errors` lists all of them."),
    "method_not_allowed": Code(405, "This address does not take this method."),
    "no_public_link": Code(404, "Viewers reach neither this server nor a page of the product."),
    "not_found": Code(404, "There is nothing at this address."),
    "payment_refused": Code(409, "The payment provider does not do that; `detail` says why."),
    "provider_away": Code(503, "The payment provider does not answer: try again in a moment."),
    "rate_limited": Code(429, "Too many calls: wait as long as `Retry-After` says."),
    "taken": Code(409, "Another show has this slug, or another voucher or place this code."),
    "too_large": Code(413, "The body is too large."),
    "too_many_hooks": Code(409, "As many addresses are told of orders as there may be."),
    "too_many_imports": Code(409, "Imports are under way; wait until one of them is done."),
    "unauthorized": Code(401, "No key, or one that is unknown or revoked."),
    "unknown_action": Code(404, "A hook cannot do this."),
    "unknown_checkout": Code(404, "No checkout has this token."),
    "unknown_connection": Code(404, "There is no connection with this id."),
    "unknown_delivery": Code(404, "The address has no such delivery."),
    "unknown_hook": Code(404, "There is no address with this id."),
    "unknown_import": Code(404, "No import with this id is remembered; they are for an hour."),
    "unknown_key": Code(404, "There is no key with this id."),
    "unknown_number": Code(404, "No product of the show has this call number."),
    "unknown_order": Code(404, "There is no order with this id."),
    "unknown_poll": Code(404, "The connection has no key to ask its shop with."),
    "unknown_sync": Code(404, "No products of the connection's shop were asked for."),
    "unknown_shop": Code(404, "There is no shop with this handle."),
    "unknown_show": Code(404, "There is no show with this slug."),
    "unknown_voucher": Code(404, "There is no voucher with this code."),
    "unsupported_media_type": Code(415, "The body has another type than this call takes."),
    **{
        code: Code(status, "A command that cannot be followed now; `detail` says why.")
        for code, status in REFUSALS.items()
    },
}


def refusals_of(operation: Operation) -> dict[str, int]:
    """The codes that a call may answer with, its own and those of its kind."""
    codes = list(operation.refusals)
    if operation.caller is Caller.KEY:
        codes += ["unauthorized", "forbidden"]
    if operation.body is not None:
        codes += ["too_large", "unsupported_media_type"]
        codes += [] if isinstance(operation.body, Upload) else ["bad_json", "invalid"]
        codes += ["bad_form"] if isinstance(operation.body, FileUpload) else []
    elif operation.query:
        codes.append("invalid")
    if operation.idempotent:
        codes += ["idempotency_mismatch", "in_progress", "busy"]
    codes.append("rate_limited")
    return {code: CODES[code].status for code in dict.fromkeys(codes)}
