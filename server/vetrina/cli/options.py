"""Options that several commands take, and the settings that come of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vetrina.cli.exits import USED_WRONGLY, fail
from vetrina.settings import BadSettings, Settings, read_settings

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of the database.")]
DatabaseOption = Annotated[
    str | None, typer.Option("--database", help="Address of a PostgreSQL database.")
]
RedisOption = Annotated[
    str | None,
    typer.Option(help="Redis or Valkey over which processes talk: redis://host:6379."),
]


def settings_of(**given: object) -> Settings:
    """Settings from the environment, with the given options on top; None: not given."""
    try:
        return read_settings(**given)
    except BadSettings as error:
        fail(str(error), USED_WRONGLY)
