"""Key look-up with a rate limit, so that strangers cannot keep the store busy."""

from __future__ import annotations

from starlette.requests import Request

from vetrina.store.ports.keys import Key
from vetrina.web.context import Context
from vetrina.web.http.rate_limiter import FAILURES, LOOK_UPS, address_of


async def find_key(context: Context, request: Request, secret: str | None) -> Key | None:
    """The key with this secret; None for a wrong one, which is counted for the address.

    Raises `rate_limited`: before the store is asked where an address tries secret after secret, and
    for wrong ones. A key that was good lately is looked up in any case, so that nobody is shut out
    by a stranger at the same address.
    """
    known = context.auth.remembered(secret) if secret is not None else None
    if known is not None:
        return known
    who, limiter = address_of(request), context.limiter
    trusted = secret is not None and context.auth.was_good(secret)
    if not trusted:
        limiter.take_here(LOOK_UPS, who)
    key = await context.auth.key(secret) if secret else None
    if key is None:
        await limiter.take(FAILURES, who)
    elif not trusted:
        limiter.give_back(LOOK_UPS, who)
    return key
