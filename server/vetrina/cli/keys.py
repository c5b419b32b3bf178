"""`vetrina key`: make, list and revoke keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vetrina.cli.exits import UsedWrongly, run
from vetrina.cli.installation import opened_store
from vetrina.cli.options import DatabaseOption, DataOption, settings_of
from vetrina.domain.access import KeyRole, Role
from vetrina.domain.errors import InvalidValue
from vetrina.settings import Settings
from vetrina.store.ports.keys import Key
from vetrina.web.hook_actions import check_actions
from vetrina.web.http.auth import digest_of, mint, new_key_id

keys = typer.Typer(help="Make, list and revoke keys.", no_args_is_help=True)


@keys.command("create")
def create_command(
    role: Annotated[KeyRole, typer.Option(help="What the key is for.")],
    show: Annotated[str | None, typer.Option(help="The show's slug; overlays need one.")] = None,
    label: Annotated[str, typer.Option(help="A name to find it again.")] = "command line",
    action: Annotated[
        list[str] | None, typer.Option(help="What a hook key may do, such as pin.next.")
    ] = None,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Make a key. It is printed once and cannot be read again."""
    settings = settings_of(data=data, database=database)
    typer.echo(run(create_key(settings, Role(role), show, label, tuple(action or ()))))


@keys.command("list")
def list_command(
    everything: Annotated[bool, typer.Option("--all", help="Revoked keys too.")] = False,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """List the keys and the devices that are logged in, without their secrets."""
    table = Table("id", "role", "show", "label", "made", "made by", "last used", "revoked")
    for key in run(all_keys(settings_of(data=data, database=database))):
        if everything or key.revoked_at is None:
            made, used, revoked = map(
                _local_time, (key.created_at, key.last_used_at, key.revoked_at)
            )
            who = (key.id, key.role, key.show or "all", key.label)
            table.add_row(*map(escape, (*who, made, key.made_by or "", used, revoked)))
    Console(highlight=False).print(table)


@keys.command("revoke")
def revoke_command(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `vetrina key list` tells it.")],
    with_made: Annotated[
        bool, typer.Option("--with-made", help="All that it made, too, and so on.")
    ] = False,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Revoke a key. A running server closes what came in with it within a second."""
    settings = settings_of(data=data, database=database)
    for key in run(revoke_key(settings, key_id, with_made=with_made)):
        typer.echo(f"{key.id} is revoked.")


async def create_key(
    settings: Settings, role: Role, show: str | None, label: str, actions: tuple[str, ...]
) -> str:
    """Write a new key and return its secret. Raises UsedWrongly."""
    if role is not Role.CONTROL and show is None:
        raise UsedWrongly(f"A key of role {role} belongs to a show: add --show SLUG.")
    try:
        check_actions(role, actions)
    except InvalidValue as error:
        raise UsedWrongly(f"--action: {error.message}") from error
    async with opened_store(settings) as store:
        if show is not None and await store.show(show) is None:
            raise UsedWrongly(f"There is no show {show} in {store.name}.")
        secret = mint(role)
        key = Key(
            id=new_key_id(),
            role=role,
            show=show,
            label=label,
            actions=actions,
            created_at=(await store.read_clock()).installation_ms,
        )
        await store.add_key(key, digest_of(secret))
    return secret


@asynccontextmanager
async def temporary_key(settings: Settings, label: str) -> AsyncIterator[str]:
    """A control key for the time being, with which a command asks the running server."""
    secret = await create_key(settings, Role.CONTROL, None, label, ())
    try:
        yield secret
    finally:
        async with opened_store(settings, look=True) as store:
            key = await store.key(digest_of(secret))
        if key is not None:
            await revoke_key(settings, key.id)


async def all_keys(settings: Settings) -> list[Key]:
    """Every key of this installation, oldest first."""
    async with opened_store(settings, look=True) as store:
        return await store.keys()


async def revoke_key(settings: Settings, key_id: str, *, with_made: bool = False) -> list[Key]:
    """Revoke a key; a running server notices by itself. Raises UsedWrongly."""
    async with opened_store(settings) as store:
        now_ms = (await store.read_clock()).installation_ms
        revoked = await store.revoke_key(key_id, now_ms, with_made=with_made)
    if not revoked:
        raise UsedWrongly(f"There is no key {key_id}: `vetrina key list` tells them all.")
    return revoked


def _local_time(at_ms: int | None) -> str:
    """In the time zone of whoever reads it; empty for never."""
    if at_ms is None:
        return ""
    return f"{datetime.fromtimestamp(at_ms / 1000).astimezone():%Y-%m-%d %H:%M}"
