"""The command line: `vetrina serve`, `vetrina key create`, `vetrina doctor`.

Exit codes: 0 fine, 1 failed, 2 used wrongly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from server import __version__
from server.settings import BadSettings, Settings, read_settings
from server.store.base import StoreUnusable

T = TypeVar("T")

main = typer.Typer(
    name="vetrina",
    help="Live shopping on any stream: pins, flash deals and purchases, in OBS and on phones.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="Make keys for scripts, overlays and Stream Decks.", no_args_is_help=True)
main.add_typer(keys, name="key")
errors = Console(stderr=True, highlight=False)

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of the database.")]


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
    public_url: Annotated[
        str | None, typer.Option(help="Address under which viewers reach this server.")
    ] = None,
    demo: Annotated[
        bool | None, typer.Option("--demo", help="A small shop and a rehearsal to look at.")
    ] = None,
) -> None:
    """Start the server."""
    from server.serving import CannotListen, run_server

    settings = _settings(host=host, port=port, data=data, public_url=public_url, demo=demo)
    try:
        run_server(settings)
    except (StoreUnusable, CannotListen) as error:
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
) -> None:
    """Make a key. It is printed once and cannot be read again."""
    from server.operating import UsedWrongly, make_key

    settings = _settings(data=data)
    try:
        secret = _run(make_key(settings, role.value, show, label, tuple(action or ())))
    except UsedWrongly as error:
        _fail(str(error), code=2)
    typer.echo(secret)


@main.command()
def doctor(data: DataOption = None) -> None:
    """Look at the installation and say what is wrong with it, in words."""
    from server.operating import examine

    settings = _settings(data=data)
    findings = _run(examine(settings))
    marks = {"fine": "[green]ok[/]    ", "notice": "[yellow]notice[/]", "wrong": "[red]wrong[/] "}
    console = Console(highlight=False)
    for finding in findings:
        console.print(f"{marks[finding.level]}  {finding.text}", markup=True)
    if any(finding.level == "wrong" for finding in findings):
        raise typer.Exit(1)


@main.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


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
