"""`vetrina encryption-key`: make one, change it, let go of what a lost one encrypted."""

from __future__ import annotations

from typing import Annotated

import typer

from vetrina.cli.exits import UsedWrongly, run
from vetrina.cli.installation import opened_store
from vetrina.cli.options import DatabaseOption, DataOption, settings_of
from vetrina.data_key import new_key
from vetrina.encryption import SETTING
from vetrina.settings import Settings
from vetrina.store.errors import StoreUnusable

encryption_key = typer.Typer(
    help="The key with which secrets of shops are encrypted.", no_args_is_help=True
)


@encryption_key.command("make")
def make_command() -> None:
    """Print a new key for VETRINA_ENCRYPTION_KEY. Nothing is changed."""
    typer.echo(new_key().decode())


@encryption_key.command("rotate")
def rotate_command(data: DataOption = None, database: DatabaseOption = None) -> None:
    """Encrypt everything with a new key, also while a server runs.

    Of VETRINA_ENCRYPTION_KEY=NEW,OLD that is the first one; without it the file gets another one.
    """
    typer.echo(run(rotate(settings_of(data=data, database=database))))


@encryption_key.command("forget")
def forget_command(
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """The key is lost: let go of secrets that nobody can read. Give the shops new ones then."""
    settings = settings_of(data=data, database=database)
    if not yes:
        raise typer.BadParameter("say --yes: what is let go of does not come back.")
    gone = run(forget(settings))
    typer.echo(f"{gone} secrets that no key here could read are gone: give the shops new ones.")


async def rotate(settings: Settings) -> str:
    """Re-encrypt; what was done, in a sentence. Raises UsedWrongly and StoreUnusable."""
    cipher = settings.cipher
    given = settings.encryption_key is not None
    if given and len(cipher.keys) == 1:
        raise UsedWrongly(
            f"Which key comes next? Set {SETTING} to the new key, a comma and the old one, for "
            "every process, and run this again: `vetrina encryption-key make` prints a new key."
        )
    async with opened_store(settings) as store:
        await store.encrypt_secrets()
        if not given:
            try:
                cipher.add_key()
            except OSError as error:
                raise StoreUnusable(f"{cipher.place} cannot be written: {error}") from error
        count = await store.reencrypt()
    if given:
        return f"{count} secrets are encrypted with the first key: the others can be taken away."
    return f"{count} secrets are encrypted with a new key, the first line of {cipher.place}."


async def forget(settings: Settings) -> int:
    """How many secrets are gone. Raises StoreUnusable."""
    async with opened_store(settings) as store:
        return await store.forget_unreadable()
