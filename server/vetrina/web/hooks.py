"""`GET /hooks/{hook_key}/{action}[/{value}]`: for a Stream Deck, which can only open addresses.

The key is in the address, so it may do what it is allowed to and nothing else, in one show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from starlette.responses import Response

from vetrina.domain.show.events import Position, Recorded
from vetrina.store.ports.shows import Key
from vetrina.web.hook_actions import ACTIONS, check_actions
from vetrina.web.http.auth import forbidden, unauthorized
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.key_lookup import admitted
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import unknown
from vetrina.web.http.rate_limiter import HOOKS

__all__ = ["OPERATIONS", "check_actions"]


@dataclass(frozen=True)
class HookDone:
    """The action is done, or was done before; `seq` is where the show stands."""

    action: str
    seq: int


async def act(call: Call) -> Response:
    """Do the action. Again and again leads to the same, except for `pin.next`."""
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
        by = key.label or key.id
        remember = call.once.with_events(partial(_done, name)) if call.once else None
        handle = call.context.shows.handle
        position = (await handle(key.show, [command], by=by, remember=remember)).position
    return json_answer(HookDone(name, position.seq))


def _done(name: str, position: Position, _: Sequence[Recorded]) -> bytes:
    return bytes(json_answer(HookDone(name, position.seq)).body)


async def _hook_key(call: Call) -> Key:
    key = await admitted(call.context, call.request, str(call.request.path_params["hook_key"]))
    if key is None or key.role != "hook":
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
        who="hook",
        answer=HookDone,
        refusals=("unauthorized", "forbidden", "unknown_action"),
    )
    for path, name, summary in (
        ("/hooks/{hook_key}/{action}", "hook", "Do an action by opening an address"),
        ("/hooks/{hook_key}/{action}/{value}", "hook_with_value", "Do an action with a value"),
    )
)
