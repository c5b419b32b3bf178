"""The command line: one module a group of commands, put together here.

Exit codes: 0 fine, 1 failed, 2 used wrongly. May import everything.
"""

from __future__ import annotations

import typer

from vetrina import __version__
from vetrina.cli.catalogue import catalogue
from vetrina.cli.database import databases, migrate
from vetrina.cli.doctor import doctor
from vetrina.cli.encryption import encryption_key
from vetrina.cli.keys import keys
from vetrina.cli.serve import serve
from vetrina.cli.webhooks import webhooks

main = typer.Typer(
    name="vetrina",
    help="Live shopping on any stream: pins, flash deals and purchases, in OBS and on phones.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
main.command()(serve)
main.command()(doctor)
main.command()(migrate)
main.add_typer(keys, name="key")
main.add_typer(encryption_key, name="encryption-key")
main.add_typer(catalogue, name="catalogue")
main.add_typer(webhooks, name="webhook")
main.add_typer(databases, name="db")


@main.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)
