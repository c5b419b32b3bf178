"""`vetrina catalogue`: bring products in from the shop that people have."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from vetrina.cli.exits import FAILED, USED_WRONGLY, fail, run
from vetrina.cli.options import DatabaseOption, DataOption, settings_of
from vetrina.clock import SystemClock
from vetrina.settings import Settings
from vetrina.shop.imports.comparing import ApplyOptions
from vetrina.shop.imports.decimals import DecimalMark
from vetrina.shop.imports.findings import UnreadableFile
from vetrina.shop.imports.importing import Report
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.reading import Format

if TYPE_CHECKING:
    from vetrina.cli.catalogue_import import Wanted

catalogue = typer.Typer(help="Bring products in from a shop, or out.", no_args_is_help=True)
MARKS: dict[str, DecimalMark] = {"point": ".", "comma": ","}
SHOWN_PROBLEMS = 20


@catalogue.command("import")
def import_command(
    source: Annotated[str, typer.Argument(help="A file, an https address, or - for the input.")],
    format: Annotated[Format, typer.Option(help="What it is; auto finds out.")] = "auto",
    currency: Annotated[
        str | None, typer.Option(help="Of prices that name none, such as EUR.")
    ] = None,
    decimal: Annotated[
        str | None, typer.Option(help="point or comma, where prices do not tell.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Also what was edited here by hand.")
    ] = False,
    publish: Annotated[
        bool, typer.Option("--publish", help="Offer new products at once, not as drafts.")
    ] = False,
    stock: Annotated[
        bool, typer.Option("--stock", help="Also the stock of products that are there already.")
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port of the running server.")] = None,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Products of a Shopify or WooCommerce CSV, a Google Merchant feed, or JSON.

    New products are drafts until they are published. What is wrong in a row is said, and the other
    rows go in. The same file twice changes nothing.
    """
    from vetrina.cli.catalogue_import import Wanted

    if decimal is not None and decimal not in MARKS:
        fail(f"--decimal: expected point or comma, got {decimal}.", USED_WRONGLY)
    settings = settings_of(port=port, data=data, database=database)
    console = Console(highlight=False, soft_wrap=True)
    reading = ReadingOptions(
        currency=currency or "",
        now_ms=SystemClock().now_ms(),
        decimal_mark=MARKS[decimal] if decimal else None,
        activate=publish,
    )
    applied = ApplyOptions(overwrite=overwrite, stock=stock)
    wanted = Wanted(source, format, reading, applied, dry_run)
    try:
        report = run(_import(settings, console, wanted))
    except UnreadableFile as error:
        fail(str(error))
    _tell(console, report, dry_run)
    if report.problems and not report.counts.total:
        raise typer.Exit(FAILED)


@catalogue.command("export")
def export_command(
    target: Annotated[str, typer.Argument(help="A file, or - for the output.")],
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """The whole catalogue as our own JSON, which `import` takes in again. The server may run."""
    from vetrina.cli.catalogue_export import write_catalogue

    settings = settings_of(data=data, database=database)
    count = run(write_catalogue(settings, target))
    typer.echo(f"{count} products written to {target}.", err=target == "-")


async def _import(settings: Settings, console: Console, wanted: Wanted) -> Report:
    from vetrina.cli import catalogue_import as work

    raw = await work.read_source(wanted.source)
    if not wanted.reading.currency:
        currency = await work.catalogue_currency(settings) or ""
        wanted = replace(wanted, reading=replace(wanted.reading, currency=currency))
    found = await asyncio.to_thread(work.sniffed, raw, wanted)
    console.print(f"{escape(wanted.source)}: {found.described}")
    report = Report()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("row {task.completed}"))
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("Comparing" if wanted.dry_run else "Importing", total=None)
        async for report in work.run_import(settings, raw, found, wanted):
            progress.update(bar, completed=report.rows)
    return report


def _tell(console: Console, report: Report, dry_run: bool) -> None:
    counts = report.counts
    would = "would be " if dry_run else ""
    console.print(
        f"{counts.created} products {would}new, {counts.changed} {would}changed,"
        f" {counts.unchanged} unchanged, {report.problems} problems."
    )
    if counts.kept:
        console.print(
            f"{counts.kept} of them keep what you edited here; --overwrite takes the file's."
        )
    if not report.problems:
        return
    table = Table("row", "field", "what is wrong")
    for problem in report.failed[:SHOWN_PROBLEMS]:
        row = str(problem.row) if problem.row else ""
        table.add_row(row, escape(problem.field), escape(problem.message))
    console.print(table)
    if report.problems > SHOWN_PROBLEMS:
        console.print(f"And {report.problems - SHOWN_PROBLEMS} more.")
