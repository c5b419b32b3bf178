"""`GET /hooks/{hook_key}/{action}[/{value}]`: for a Stream Deck, which can only open addresses.

The key is in the address, so it may do what it is allowed to and nothing else, in one show.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from vetrina.domain.access import Permission, may
from vetrina.store.ports.keys import Key
from vetrina.store.ports.shows import Appended
from vetrina.web.hook_actions import ACTIONS
from vetrina.web.http.auth import forbidden, unauthorized
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.key_lookup import find_key
from vetrina.web.http.operation import Call, Caller, Operation
from vetrina.web.http.problem import Problem, unknown
from vetrina.web.http.rate_limiter import HOOKS
from vetrina.web.shared_products import check_shared


@dataclass(frozen=True)
class HookDone:
    """The action is done, or was done before; `seq` is where the show stands."""

    action: str
    seq: int


async def act(call: Call) -> Response:
    """Do the action. Again and again leads to the same, except for `pin.next`."""
    check_meant(call.request)
    key = await _hook_key(call)
    name = str(call.request.path_params["action"])
    action = ACTIONS.get(name)
    if action is None:
        raise unknown("action", f"Expected one of: {', '.join(ACTIONS)}.")
    if name not in key.actions or key.show is None:
        raise forbidden()
    position, state = await call.context.shows.state(key.show)
    command = action(state, call.request.path_params.get("value") or None)
    if command is not None:
        await check_shared(call.context, key, [command])
        by = key.label or key.id
        handle, request = call.context.shows.handle, call.append_kept()
        position = (await handle(key.show, [command], by=by, request=request)).position
    return done(call, Appended(position, ()))


def done(call: Call, appended: Appended) -> Response:
    """The answer, also to a repeated request."""
    return json_answer(HookDone(call.request.path_params["action"], appended.position.seq))


def check_meant(request: Request) -> None:
    """Raises `forbidden` for what a browser opens by itself: it is no press of a button.

    Prefetching (Fetch standard, `Sec-Purpose`; older browsers `Purpose`), and pictures and the
    like in pages of others (Fetch Metadata: `cross-site` with `no-cors`).
    """
    told = request.headers
    ahead = any("prefetch" in told.get(name, "").lower() for name in ("sec-purpose", "purpose"))
    embedded = (told.get("sec-fetch-site"), told.get("sec-fetch-mode")) == ("cross-site", "no-cors")
    if ahead or embedded:
        raise Problem(
            403,
            "forbidden",
            "Expected an address that is opened on purpose, got one that a browser fetched ahead "
            "or for another site's page: open it itself.",
        )


async def _hook_key(call: Call) -> Key:
    key = await find_key(call.context, call.request, str(call.request.path_params["hook_key"]))
    if key is None or not may(key.role, Permission.CALL_HOOKS):
        raise unauthorized()
    await call.context.limiter.take(HOOKS, key.id)
    return key


_ABOUT = (
    "Actions: " + ", ".join(f"`{name}`" for name in ACTIONS) + ". `pin.set` takes a SKU. "
    "`deal.start` takes `SKU:PRICE:SECONDS`, the price in minor units: `MUG-1:1490:300`. "
    "`deal.stop` takes a deal's id, or ends the deal that would end first."
)
OPERATIONS = tuple(
    Operation(
        method="GET",
        path=path,
        name=name,
        summary=summary,
        about=_ABOUT,
        handler=act,
        rebuild=done,
        caller=Caller.HOOK,
        needs=Permission.CALL_HOOKS,
        answer=HookDone,
        refusals=("unauthorized", "forbidden", "unknown_action"),
    )
    for path, name, summary in (
        ("/hooks/{hook_key}/{action}", "hook", "Do an action by opening an address"),
        ("/hooks/{hook_key}/{action}/{value}", "hook_with_value", "Do an action with a value"),
    )
)
