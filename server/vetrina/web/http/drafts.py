"""Drafts: a show that never began is its team's; a preview link carries a key that sees it."""

from __future__ import annotations

from starlette.requests import Request

from vetrina.domain.access import sees_draft
from vetrina.domain.show.state import ShowState
from vetrina.web.context import Context
from vetrina.web.http.auth import bearer
from vetrina.web.http.key_lookup import find_key

PREVIEW = "preview"
"""The query parameter of a preview link: an overlay's key, or any other that sees drafts."""


async def hides(context: Context, request: Request, state: ShowState) -> bool:
    """Whether the caller may know no more of the show than when it begins.

    Strangers need no key for a show that began. Raises `rate_limited` like every key look-up.
    """
    if not state.private:
        return False
    secret = bearer(request) or request.query_params.get(PREVIEW)
    key = await find_key(context, request, secret) if secret else None
    return key is None or not sees_draft(key.role, key.show, state.slug)
