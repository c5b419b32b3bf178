"""The documents say what the code does: settings, calls, events, commands, close codes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from server.domain import commands, events
from server.protocol.close_codes import CloseCode
from server.settings import PREFIX, Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def test_settings_are_those_of_the_table() -> None:
    rows = re.findall(rf"^\| `{PREFIX}(\w+)` \| `(.*?)` \|", text_of("settings.md"), re.MULTILINE)
    words = {None: "none", False: "off"}
    told = {name.lower(): default for name, default in rows}
    real = {
        name: words.get(field.default, str(field.default))  # type: ignore[arg-type]
        for name, field in Settings.model_fields.items()
    }
    assert told == real


def test_every_event_is_in_the_protocol() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", text_of("protocol.md"), re.MULTILINE))
    real = {snake(event.__name__) for event in get_args(events.Event)} | {"purchases_merged"}
    assert real <= rows


def test_every_command_is_in_the_api() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \|", text_of("api.md"), re.MULTILINE))
    real = {snake(command.__name__) for command in get_args(commands.PublicCommand)}
    assert real <= rows


def test_every_close_code_is_in_the_protocol() -> None:
    rows = re.findall(r"^\| (\d{4}) \| `(\w+)` \|", text_of("protocol.md"), re.MULTILINE)
    real = {(str(code.value), code.name.lower()) for code in CloseCode}
    assert set(rows) == real
