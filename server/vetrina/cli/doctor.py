"""`vetrina doctor`: health checks of the data folder, keys, shops, payments, bus and server."""

from __future__ import annotations

import json
import secrets
import shutil
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator

import typer
from rich.console import Console
from rich.markup import escape

from vetrina.bus.port import BusUnusable
from vetrina.cli.connection_checks import Finding, about_connection
from vetrina.cli.exits import FAILED, run
from vetrina.cli.installation import local_address, opened_store
from vetrina.cli.options import DatabaseOption, DataOption, RedisOption, settings_of
from vetrina.cli.payment_checks import about_payments
from vetrina.clock import SystemClock
from vetrina.data_key import FILE as KEY_FILE
from vetrina.domain.access import Role
from vetrina.live.clock_sync import ClockSync
from vetrina.live.log_repair import examine_log
from vetrina.metrics import Metrics
from vetrina.settings import Settings
from vetrina.store.errors import StoreError, StoreNotReady
from vetrina.store.ports.store import Store
from vetrina.store.sql.store import FILE

MOST_NUMBERS = 5
LOW_DISK_BYTES = 500 * 1024 * 1024


def doctor(
    data: DataOption = None, database: DatabaseOption = None, redis: RedisOption = None
) -> None:
    """Look at the installation and say what is wrong with it, in words."""
    findings = run(examine(settings_of(data=data, database=database, redis=redis)))
    marks = {"fine": "[green]ok[/]    ", "notice": "[yellow]notice[/]", "wrong": "[red]wrong[/] "}
    console = Console(highlight=False)
    for finding in findings:
        console.print(f"{marks[finding.level]}  {escape(finding.text)}", markup=True)
    if any(finding.level == "wrong" for finding in findings):
        raise typer.Exit(FAILED)


async def examine(settings: Settings) -> list[Finding]:
    """Look at the data folder, the keys, the connections and a running server; change nothing."""
    findings = list(_folder(settings))
    if not settings.data.exists() and settings.database is None:
        return [*findings, _server(settings)]
    try:
        async with opened_store(settings, look=True) as store:
            name = f"{store.name[0].upper()}{store.name[1:]}"
            findings.append(Finding("fine", f"{name} is in order."))
            findings.extend(_unused_data(settings))
            findings.extend(await _encryption_key(settings, store))
            findings.extend(await _clock(store))
            findings.extend([finding async for finding in _logs(store)])
            findings.append(await _keys(settings, store))
            findings.extend([finding async for finding in _connections(store)])
            findings.extend(await _payments(store))
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


def _unused_data(settings: Settings) -> Iterator[Finding]:
    """Whoever moves to PostgreSQL may have forgotten to take the data along."""
    if settings.database is not None and (settings.data / FILE).exists():
        text = f"The database in {settings.data} is not in use: VETRINA_DATABASE names another."
        yield Finding("notice", text)


async def _encryption_key(settings: Settings, store: Store) -> list[Finding]:
    await store.check_key()
    path = settings.data / KEY_FILE
    if settings.encryption_key is None and path.exists() and path.stat().st_mode & 0o077:
        text = f"Others on this machine can read {path}. Run: chmod 600 {path}"
        return [Finding("wrong", text)]
    return []


async def _clock(store: Store) -> list[Finding]:
    sync = ClockSync(SystemClock(), store)
    await sync.measure()
    return [Finding("notice", reason) for reason in sync.reasons]


async def _logs(store: Store) -> AsyncIterator[Finding]:
    """A show whose log cannot be read is set aside by the server."""
    for show in await store.shows():
        repair = await examine_log(store, show.slug)
        if repair.replaced:
            numbers = ", ".join(map(str, repair.replaced[:MOST_NUMBERS]))
            text = (
                f"{len(repair.replaced)} events of the show {show.slug} cannot be read (number "
                f"{numbers}), so it is or will be set aside; others go on. `vetrina db repair "
                f"{show.slug}` keeps a copy and makes it readable without them."
            )
            yield Finding("wrong", text)


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


async def _payments(store: Store) -> list[Finding]:
    settings = await store.chosen_payments()
    id = settings.connection if settings else None
    connection = await store.connection(id) if id else None
    finding = about_payments(settings, connection)
    return [finding] if finding else []


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
        text = error.read(2000).decode(errors="replace")
        return Finding("wrong", f"A server on port {settings.port} is not ready: {text}")
    except OSError:
        return Finding("notice", f"No server answers on port {settings.port}.")
    except (ValueError, KeyError, TypeError):
        return Finding("notice", f"What answers on port {settings.port} is no server of ours.")
    if reasons:
        text = " ".join(reasons)
        return Finding("notice", f"The server on port {settings.port} is ready. {text}")
    return Finding("fine", f"The server on port {settings.port} is ready.")


def _addresses(settings: Settings) -> Finding:
    if settings.public_url is not None:
        return Finding("fine", f"Links and QR codes use {settings.public_url}.")
    text = "VETRINA_PUBLIC_URL is not set: links use the address that the browser asked for."
    return Finding("notice", text)
