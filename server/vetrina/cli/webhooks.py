"""`vetrina webhook`: try connections to shops out before a show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vetrina.cli.exits import FAILED, UsedWrongly, run
from vetrina.cli.options import DatabaseOption, DataOption, settings_of

webhooks = typer.Typer(help="Try shops out before the show.", no_args_is_help=True)


@webhooks.command("check")
def check(
    everything: Annotated[bool, typer.Option("--all", help="Each check on a line.")] = False,
) -> None:
    """Run every documented delivery and signature through the connectors."""
    from vetrina.connectors.conformance import check_all

    findings = list(check_all())
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        if everything or finding.wrong:
            mark = "[red]wrong[/]" if finding.wrong else "[green]ok[/]   "
            text = escape(f"{finding.kind}  {finding.name}  {finding.wrong or ''}".rstrip())
            console.print(f"{mark}  {text}")
    table = Table("shop", "checks", "wrong")
    for kind in dict.fromkeys(finding.kind for finding in findings):
        of_kind = [finding for finding in findings if finding.kind == kind]
        wrong = sum(finding.wrong is not None for finding in of_kind)
        table.add_row(kind, str(len(of_kind)), str(wrong))
    console.print(table)
    if any(finding.wrong for finding in findings):
        raise typer.Exit(FAILED)


@webhooks.command("replay")
def replay(
    file: Annotated[
        Path | None, typer.Argument(help="A stored delivery, or the body of one.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="The shop system, such as shopify.")] = None,
    connection: Annotated[
        str | None, typer.Option(help="The connection's id, where there are several.")
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="As a new order of this moment.")] = False,
    unread: Annotated[
        bool, typer.Option("--unread", help="All that shops sent and could not be read so far.")
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port of the running server.")] = None,
    data: DataOption = None,
) -> None:
    """Send a stored delivery, freshly signed, through a running server. Not while on air."""
    from vetrina.cli.unread_replay import replay_unread
    from vetrina.cli.webhook_replay import Answer, replay_delivery

    settings = settings_of(port=port, data=data)

    async def answers() -> list[Answer]:
        if unread:
            return [answer async for answer in replay_unread(settings)]
        if file is None or kind is None:
            raise UsedWrongly("expected a file and --kind, or --unread.")
        return [await replay_delivery(settings, file, kind, connection, new)]

    made = run(answers())
    for answer in made:
        typer.echo(f"{answer.connection} answered {answer.status} {answer.text}".rstrip())
    if unread and not made:
        typer.echo("Nothing waits to be read.")
    if any(answer.status != 200 for answer in made):
        raise typer.Exit(FAILED)


@webhooks.command("poll")
def poll(
    connection: Annotated[
        str | None, typer.Argument(help="The connection's id; without it every shop is asked.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of the running server.")] = None,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Ask shops at once for the orders that no delivery brought, through a running server."""
    from vetrina.cli.webhook_poll import poll_shops

    rounds = run(poll_shops(settings_of(port=port, data=data, database=database), connection))
    for one in rounds:
        typer.echo(one.text)
    if any(one.failed for one in rounds):
        raise typer.Exit(FAILED)
