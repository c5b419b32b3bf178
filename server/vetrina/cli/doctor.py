"""What the command line does besides serving: make keys, examine the installation."""

from __future__ import annotations

import json
import secrets
import shutil
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from vetrina.bus.port import BusUnusable
from vetrina.cli.connection_checks import Finding, about_connection
from vetrina.clock import SystemClock
from vetrina.domain.access import Role
from vetrina.domain.errors import InvalidValue
from vetrina.metrics import Metrics
from vetrina.settings import Settings
from vetrina.store.errors import StoreError, StoreNotReady
from vetrina.store.ports.keys import Key
from vetrina.store.ports.store import Store
from vetrina.store.sql.store import FILE, SqlStore, postgres_store, sqlite_store
from vetrina.web.hook_actions import check_actions
from vetrina.web.http.auth import digest_of, mint, new_key_id

LOW_DISK_BYTES = 500 * 1024 * 1024
DAY_MS = 24 * 3_600_000


class UsedWrongly(Exception):
    """The command's options do not fit together; the message says how they would."""


@asynccontextmanager
async def opened(settings: Settings, *, look: bool = False) -> AsyncIterator[SqlStore]:
    """The store of this installation, beside a server that may be running. `look`: only to read."""
    if settings.database is None:
        store = sqlite_store(settings.data, look=look)
    else:
        store = postgres_store(settings.database.get_secret_value(), look=look)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def make_key(
    settings: Settings, role: Role, show: str | None, label: str, actions: tuple[str, ...]
) -> str:
    """Write a new key and return its secret. Raises UsedWrongly."""
    if role is not Role.CONTROL and show is None:
        raise UsedWrongly(f"A key of role {role} belongs to a show: add --show SLUG.")
    try:
        check_actions(role, actions)
    except InvalidValue as error:
        raise UsedWrongly(f"--action: {error.message}") from error
    async with opened(settings) as store:
        if show is not None and await store.show(show) is None:
            raise UsedWrongly(f"There is no show {show} in {store.name}.")
        secret = mint(role)
        key = Key(
            id=new_key_id(),
            role=role,
            show=show,
            label=label,
            actions=actions,
            created_at=SystemClock().now_ms(),
        )
        await store.add_key(key, digest_of(secret))
    return secret


async def all_keys(settings: Settings) -> list[Key]:
    """Every key of this installation, oldest first."""
    async with opened(settings, look=True) as store:
        return await store.keys()


async def revoke(settings: Settings, key_id: str) -> None:
    """Revoke a key; a running server notices by itself. Raises UsedWrongly."""
    async with opened(settings) as store:
        if await store.revoke_key(key_id, SystemClock().now_ms()) is None:
            raise UsedWrongly(f"There is no key {key_id}: `vetrina key list` tells them all.")


async def examine(settings: Settings) -> list[Finding]:
    """Look at the data folder, the keys, the connections and a running server; change nothing."""
    findings = list(_folder(settings))
    if not settings.data.exists() and settings.database is None:
        return [*findings, _server(settings)]
    try:
        async with opened(settings, look=True) as store:
            name = f"{store.name[0].upper()}{store.name[1:]}"
            findings.append(Finding("fine", f"{name} is in order."))
            findings.extend(_forgotten(settings))
            findings.append(await _keys(settings, store))
            findings.extend([finding async for finding in _connections(store)])
    except StoreNotReady as error:
        findings.append(Finding("notice", str(error)))
    except StoreError as error:
        findings.append(Finding("wrong", str(error)))
    findings += [finding async for finding in _bus(settings)]
    return [*findings, _server(settings), _addresses(settings)]


def _folder(settings: Settings) -> Iterator[Finding]:
    if not settings.data.exists():
        text = f"There is no data in {settings.data} yet; `vetrina serve` makes it."
        yield Finding("notice", text)
        return
    free = shutil.disk_usage(settings.data).free
    if free < LOW_DISK_BYTES:
        text = f"Only {free // 2**20} MiB are free where {settings.data} lies. Make room."
        yield Finding("wrong", text)
    if settings.data.stat().st_mode & 0o077:
        text = f"Others on this machine can read {settings.data}. Run: chmod 700 {settings.data}"
        yield Finding("notice", text)


def _forgotten(settings: Settings) -> Iterator[Finding]:
    """Whoever moves to PostgreSQL may have forgotten to take the data along."""
    if settings.database is not None and (settings.data / FILE).exists():
        text = f"The database in {settings.data} is not in use: VETRINA_DATABASE names another."
        yield Finding("notice", text)


async def _keys(settings: Settings, store: Store) -> Finding:
    keys = [key for key in await store.keys() if key.role is Role.CONTROL and not key.revoked_at]
    if keys:
        return Finding("fine", f"{len(keys)} control keys can log in.")
    if settings.control_key is not None:
        return Finding("fine", "VETRINA_CONTROL_KEY will be the first control key.")
    return Finding("notice", "No control key yet: the next start prints a link to log in.")


async def _connections(store: Store) -> AsyncIterator[Finding]:
    polls = {poll.connection: poll for poll in await store.polls()}
    for connection in await store.connections():
        for finding in about_connection(connection, polls.get(connection.id)):
            yield finding


async def _bus(settings: Settings) -> AsyncIterator[Finding]:
    """Does a message that is sent over Redis come back?"""
    if settings.redis is None:
        return
    from vetrina.bus.redis import RedisBus

    bus = None
    try:
        bus = RedisBus(settings.redis.get_secret_value(), secrets.token_hex(4), Metrics())
        await bus.open(lambda _: None)
        await bus.ping()
        yield Finding("fine", "Redis carries messages between processes.")
    except (BusUnusable, OSError) as error:
        yield Finding("wrong", str(error))
    finally:
        if bus is not None:
            await bus.close()


def _server(settings: Settings) -> Finding:
    url = f"{local_address(settings)}/readyz"
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            reasons = json.loads(answer.read(64_000))["reasons"]
    except urllib.error.HTTPError as error:
        told = error.read(2000).decode(errors="replace")
        return Finding("wrong", f"A server on port {settings.port} is not ready: {told}")
    except OSError:
        return Finding("notice", f"No server answers on port {settings.port}.")
    except (ValueError, KeyError, TypeError):
        return Finding("notice", f"What answers on port {settings.port} is no server of ours.")
    if reasons:
        told = " ".join(reasons)
        return Finding("notice", f"The server on port {settings.port} is ready. {told}")
    return Finding("fine", f"The server on port {settings.port} is ready.")


def local_address(settings: Settings) -> str:
    """Where a server on this machine answers."""
    return f"http://{_host(settings)}:{settings.port}"


def _addresses(settings: Settings) -> Finding:
    if settings.public_url is not None:
        return Finding("fine", f"Links and QR codes use {settings.public_url}.")
    text = "VETRINA_PUBLIC_URL is not set: links use the address that the browser asked for."
    return Finding("notice", text)


def _host(settings: Settings) -> str:
    return "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104
