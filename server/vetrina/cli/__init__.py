"""The command line: `vetrina serve`, `vetrina key`, `vetrina webhook`, `vetrina doctor`.

Exit codes: 0 fine, 1 failed, 2 used wrongly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vetrina import __version__
from vetrina.bus.port import BusUnusable
from vetrina.settings import BadSettings, Settings, read_settings
from vetrina.store.ports.shows import StoreUnusable

T = TypeVar("T")

main = typer.Typer(
    name="vetrina",
    help="Live shopping on any stream: pins, flash deals and purchases, in OBS and on phones.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="Make, list and revoke keys.", no_args_is_help=True)
main.add_typer(keys, name="key")
webhooks = typer.Typer(help="Try shops out before the show.", no_args_is_help=True)
main.add_typer(webhooks, name="webhook")
databases = typer.Typer(help="Move the database.", no_args_is_help=True)
main.add_typer(databases, name="db")
errors = Console(stderr=True, highlight=False)

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of the database.")]
DatabaseOption = Annotated[
    str | None, typer.Option("--database", help="Address of a PostgreSQL database.")
]
RedisOption = Annotated[
    str | None,
    typer.Option(help="Redis or Valkey over which processes talk: redis://host:6379."),
]


class KeyRole(StrEnum):
    """The roles of the contract, as the command line offers them."""

    control = "control"
    overlay = "overlay"
    hook = "hook"


@main.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    data: DataOption = None,
    database: DatabaseOption = None,
    public_url: Annotated[
        str | None, typer.Option(help="Address under which viewers reach this server.")
    ] = None,
    redis: RedisOption = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes on this machine; one for each core, at most.")
    ] = None,
    demo: Annotated[
        bool | None, typer.Option("--demo", help="A small shop and a rehearsal to look at.")
    ] = None,
) -> None:
    """Start the server."""
    from vetrina.process.listeners import CannotListen
    from vetrina.process.runner import run_server
    from vetrina.process.workers.pool import CannotServe, run_workers

    settings = _settings(
        host=host,
        port=port,
        data=data,
        database=database,
        public_url=public_url,
        redis=redis,
        workers=workers,
        demo=demo,
    )
    try:
        (run_workers if settings.workers > 1 else run_server)(settings)
    except (StoreUnusable, BusUnusable, CannotListen, CannotServe) as error:
        _fail(str(error))


@keys.command("create")
def create_key(
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
    from vetrina.cli.doctor import UsedWrongly, make_key

    settings = _settings(data=data, database=database)
    try:
        secret = _run(make_key(settings, role.value, show, label, tuple(action or ())))
    except UsedWrongly as error:
        _fail(str(error), code=2)
    typer.echo(secret)


@keys.command("list")
def list_keys(
    everything: Annotated[bool, typer.Option("--all", help="Revoked keys too.")] = False,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """List the keys and the devices that are logged in, without their secrets."""
    from vetrina.cli.doctor import all_keys

    table = Table("id", "role", "show", "label", "made", "last used", "revoked")
    for key in _run(all_keys(_settings(data=data, database=database))):
        if everything or key.revoked_at is None:
            times = (key.created_at, key.last_used_at, key.revoked_at)
            texts = (key.id, key.role, key.show or "all", key.label, *map(_moment, times))
            table.add_row(*map(escape, texts))
    Console(highlight=False).print(table)


@keys.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `vetrina key list` tells it.")],
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Revoke a key. A running server closes what came in with it within a second."""
    from vetrina.cli.doctor import UsedWrongly, revoke

    try:
        _run(revoke(_settings(data=data, database=database), key_id))
    except UsedWrongly as error:
        _fail(str(error), code=2)
    typer.echo(f"{key_id} is revoked.")


@main.command()
def doctor(
    data: DataOption = None, database: DatabaseOption = None, redis: RedisOption = None
) -> None:
    """Look at the installation and say what is wrong with it, in words."""
    from vetrina.cli.doctor import examine

    settings = _settings(data=data, database=database, redis=redis)
    findings = _run(examine(settings))
    marks = {"fine": "[green]ok[/]    ", "notice": "[yellow]notice[/]", "wrong": "[red]wrong[/] "}
    console = Console(highlight=False)
    for finding in findings:
        console.print(f"{marks[finding.level]}  {escape(finding.text)}", markup=True)
    if any(finding.level == "wrong" for finding in findings):
        raise typer.Exit(1)


@main.command()
def migrate(data: DataOption = None, database: DatabaseOption = None) -> None:
    """Make the tables, or bring them up to date. `serve` does it too."""
    from vetrina.cli.database import bring_up_to_date

    typer.echo(_run(bring_up_to_date(_settings(data=data, database=database))))


@databases.command("copy")
def copy_database(
    to: Annotated[str | None, typer.Option(help="Address of an empty PostgreSQL database.")] = None,
    data: DataOption = None,
) -> None:
    """Copy the SQLite database into PostgreSQL, while no server runs. Viewers resume there."""
    from vetrina.cli.database import copy_database
    from vetrina.cli.progress import RowsProgress

    settings = _settings(data=data)
    if to is None and settings.database is None:
        _fail("Where to? Say --to postgresql://user@host/name.", code=2)
    given, setting = (settings.database, "VETRINA_DATABASE") if to is None else (to, "--to")
    url = given if isinstance(given, str) else given.get_secret_value() if given else ""
    with RowsProgress(errors) as progress:
        rows = _run(copy_database(settings, url, setting, progress.tell))
    typer.echo(f"{rows} rows are copied. Pictures stay in {settings.data}: keep it as --data.")


@webhooks.command("check")
def check_webhooks(
    everything: Annotated[bool, typer.Option("--all", help="Each check on a line.")] = False,
) -> None:
    """Run every documented delivery and signature through the connectors."""
    from vetrina.connectors.conformance import check_all

    findings = list(check_all())
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        if everything or finding.wrong:
            mark = "[red]wrong[/]" if finding.wrong else "[green]ok[/]   "
            told = escape(f"{finding.kind}  {finding.name}  {finding.wrong or ''}".rstrip())
            console.print(f"{mark}  {told}")
    table = Table("shop", "checks", "wrong")
    for kind in dict.fromkeys(finding.kind for finding in findings):
        mine = [finding for finding in findings if finding.kind == kind]
        wrong = sum(finding.wrong is not None for finding in mine)
        table.add_row(kind, str(len(mine)), str(wrong))
    console.print(table)
    if any(finding.wrong for finding in findings):
        raise typer.Exit(1)


@webhooks.command("replay")
def replay_webhook(
    file: Annotated[Path, typer.Argument(help="A stored delivery, or the body of one.")],
    kind: Annotated[str, typer.Option(help="The shop system, such as shopify.")],
    connection: Annotated[
        str | None, typer.Option(help="The connection's id, where there are several.")
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="As a new order of this moment.")] = False,
    port: Annotated[int | None, typer.Option(help="Port of the running server.")] = None,
    data: DataOption = None,
) -> None:
    """Send a stored delivery, freshly signed, through a running server. Not while on air."""
    from vetrina.cli.doctor import UsedWrongly
    from vetrina.cli.webhook_replay import replay

    settings = _settings(port=port, data=data)
    try:
        answer = _run(replay(settings, file, kind, connection, new))
    except UsedWrongly as error:
        _fail(str(error), code=2)
    typer.echo(f"{answer.connection} answered {answer.status} {answer.text}".rstrip())
    if answer.status != 200:
        raise typer.Exit(1)


@webhooks.command("poll")
def poll_shops(
    connection: Annotated[
        str | None, typer.Argument(help="The connection's id; without it every shop is asked.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of the running server.")] = None,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Ask shops at once for the orders that no delivery brought, through a running server."""
    from vetrina.cli.doctor import UsedWrongly
    from vetrina.cli.webhook_poll import poll

    settings = _settings(port=port, data=data, database=database)
    try:
        rounds = _run(poll(settings, connection))
    except UsedWrongly as error:
        _fail(str(error), code=2)
    for one in rounds:
        typer.echo(one.text)
    if any(one.failed for one in rounds):
        raise typer.Exit(1)


@main.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def _moment(at_ms: int | None) -> str:
    """In the time zone of whoever reads it."""
    if at_ms is None:
        return ""
    return f"{datetime.fromtimestamp(at_ms / 1000).astimezone():%Y-%m-%d %H:%M}"


def _settings(**given: object) -> Settings:
    try:
        return read_settings(**given)
    except BadSettings as error:
        _fail(str(error), code=2)


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except StoreUnusable as error:
        _fail(str(error))


def _fail(message: str, code: int = 1) -> NoReturn:
    errors.print(f"vetrina: {message}", markup=False, soft_wrap=True)
    raise typer.Exit(code)
