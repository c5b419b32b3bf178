"""`vetrina serve`: the server, in one process or with several workers."""

from __future__ import annotations

from typing import Annotated

import typer

from vetrina.bus.port import BusUnusable
from vetrina.cli.exits import fail
from vetrina.cli.options import DatabaseOption, DataOption, RedisOption, settings_of
from vetrina.store.errors import StoreUnusable


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

    settings = settings_of(
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
        fail(str(error))
