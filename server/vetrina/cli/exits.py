"""Exit codes of the command line: 0 fine, 1 failed, 2 used wrongly."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, NoReturn, TypeVar

import typer
from rich.console import Console

from vetrina.store.errors import StoreUnusable

T = TypeVar("T")

FAILED: Final = 1
USED_WRONGLY: Final = 2
errors = Console(stderr=True, highlight=False)


class UsedWrongly(Exception):
    """The command's options do not fit together; the message says how they would."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work; end the program with a sentence where it cannot be done."""
    try:
        return asyncio.run(work)
    except StoreUnusable as error:
        fail(str(error))
    except UsedWrongly as error:
        fail(str(error), USED_WRONGLY)


def fail(message: str, code: int = FAILED) -> NoReturn:
    """End the program with one line on standard error."""
    errors.print(f"vetrina: {message}", markup=False, soft_wrap=True)
    raise typer.Exit(code)
