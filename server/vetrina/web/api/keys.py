"""Keys: made, listed, revoked. The secret is told once and stored as a hash."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from vetrina.bus.port import KeyRevoked
from vetrina.domain.access import KeyRole, Permission, Role
from vetrina.store.ports.keys import Key
from vetrina.web.hook_actions import check_actions
from vetrina.web.http.auth import digest_of, forbidden, mint, new_key_id
from vetrina.web.http.json_response import json_answer, no_content
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import unknown
from vetrina.web.http.query_params import Flag
from vetrina.web.http.request_body import JsonBody

logger = logging.getLogger(__name__)
WITH_MADE = Flag("with_made", "Revoke all keys that it made, too, that these made, and so on.")


@dataclass(frozen=True, kw_only=True)
class ListedKey:
    """A key without its secret. `show` null: good for all. `current`: this call came with it.

    `made_by` is the id of the key that made it; null: the server, or nobody knows.
    """

    id: str
    role: Role
    show: str | None
    label: str
    actions: list[str]
    created_at: int
    last_used_at: int | None
    revoked_at: int | None
    made_by: str | None
    current: bool


@dataclass(frozen=True, kw_only=True)
class NewKey(ListedKey):
    """A new key. `key` is told this once; `url` is where it is used."""

    key: str
    url: str


@dataclass(frozen=True)
class Keys:
    """Keys, oldest first, revoked ones too."""

    keys: list[ListedKey]


@dataclass(frozen=True, kw_only=True)
class KeyBody:
    """A key to make. `actions` is for hook keys: what they may do."""

    role: KeyRole
    label: Annotated[str, Field(max_length=60)] = ""
    actions: list[str] = field(default_factory=list)


async def create_key(call: Call) -> Response:
    """Make a key for one show."""
    body: KeyBody = call.body
    show = await call.context.shows.show(call.slug)
    actions = tuple(dict.fromkeys(body.actions))
    check_actions(body.role, actions)
    key, secret = new_key(
        call, body.role, show=show.slug, label=body.label.strip(), actions=actions
    )
    told = NewKey(**asdict(_listed(call, key)), key=secret, url=_address(call, key, secret))
    response = json_answer(told, 201)
    await call.context.store.add_key(key, digest_of(secret), call.answer_kept(response))
    return response


async def list_keys(call: Call) -> Response:
    """The keys of one show, revoked ones too."""
    await call.context.shows.show(call.slug)
    keys = await call.context.store.keys(call.slug)
    return json_answer(Keys([_listed(call, key) for key in keys]))


async def list_all_keys(call: Call) -> Response:
    """Every key that the caller may revoke, logged-in devices among them."""
    keys = await call.context.store.keys(None if call.key is None else call.key.show)
    return json_answer(Keys([_listed(call, key) for key in keys]))


async def revoke_own_key(call: Call) -> Response:
    """Log out for good: the key of this very call is revoked."""
    if call.key is not None:
        await _revoke(call, call.key.id)
    return no_content()


async def revoke_key(call: Call) -> Response:
    """Revoke a key at once, or all that it made too, and close the sockets that use them."""
    key_id = str(call.request.path_params["id"])
    if call.key is not None and call.key.show is not None:
        own = await call.context.store.keys(call.key.show)
        if key_id not in {key.id for key in own}:
            raise forbidden()
    await _revoke(call, key_id, with_made=WITH_MADE.of(call.request))
    return no_content()


async def _revoke(call: Call, key_id: str, *, with_made: bool = False) -> None:
    revoked = await call.context.store.revoke_key(key_id, call.now, with_made=with_made)
    if not revoked:
        raise unknown("key", "There is no key with this id.")
    for key in revoked:
        call.context.auth.forget(key.id)
        call.context.hub.close_key(key.id)
    try:
        await call.context.bus.publish([KeyRevoked(key.id) for key in revoked])
    except Exception:  # it is revoked; other processes find that in the store within a second
        logger.exception("the bus took no notice of a revoked key")


def new_key(
    call: Call, role: Role, *, show: str | None, label: str, actions: tuple[str, ...] = ()
) -> tuple[Key, str]:
    """A key to be written, and its secret, which is nowhere else."""
    secret = mint(role)
    key = Key(
        id=new_key_id(),
        role=role,
        show=show,
        label=label,
        created_at=call.now,
        actions=actions,
        made_by=None if call.key is None else call.key.id,
    )
    return key, secret


def _listed(call: Call, key: Key) -> ListedKey:
    return ListedKey(
        id=key.id,
        role=key.role,
        show=key.show,
        label=key.label,
        actions=list(key.actions),
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        revoked_at=key.revoked_at,
        made_by=key.made_by,
        current=call.key is not None and call.key.id == key.id,
    )


def _address(call: Call, key: Key, secret: str) -> str:
    base = call.context.base_url(call.request)
    match key.role:
        case Role.OVERLAY:
            return f"{base}/overlay/{secret}"
        case Role.HOOK:
            return f"{base}/hooks/{secret}"
        case _:
            return f"{base}/control?show={key.show}"


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/shows/{slug}/keys",
        name="create_key",
        summary="Make a key for a show",
        about="Overlay keys read, hook keys do the `actions` listed, control keys run this show.",
        handler=create_key,
        needs=Permission.MANAGE_KEYS,
        body=JsonBody[KeyBody](KeyBody),
        status=201,
        answer=NewKey,
        refusals=("unknown_show",),
    ),
    Operation(
        method="GET",
        path="/api/v1/shows/{slug}/keys",
        name="list_keys",
        summary="List a show's keys",
        handler=list_keys,
        needs=Permission.MANAGE_KEYS,
        answer=Keys,
        refusals=("unknown_show",),
    ),
    Operation(
        method="GET",
        path="/api/v1/keys",
        name="list_all_keys",
        summary="List all keys and logged-in devices",
        about="A key for one show is told that show's keys. `last_used_at` is up to an hour old.",
        handler=list_all_keys,
        needs=Permission.MANAGE_KEYS,
        scope="some",
        answer=Keys,
    ),
    Operation(
        method="DELETE",
        path="/api/v1/keys/current",
        name="revoke_own_key",
        summary="Log out: revoke the key of this call",
        handler=revoke_own_key,
        needs=Permission.LOG_OUT,
        scope="some",
        status=204,
        refusals=("unknown_key",),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/keys/{id}",
        name="revoke_key",
        summary="Revoke a key",
        about="It counts at once; sockets that use the key are closed within a second.",
        query=(WITH_MADE.parameter,),
        handler=revoke_key,
        needs=Permission.MANAGE_KEYS,
        scope="some",
        status=204,
        refusals=("unknown_key",),
    ),
)
