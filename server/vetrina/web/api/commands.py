"""Commands of the host: one, or several that are followed all or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, get_args

import orjson
from pydantic import TypeAdapter
from starlette.responses import Response

from vetrina.domain.access import COMMANDS, Permission, Role, may
from vetrina.domain.errors import REFUSALS, Refused
from vetrina.domain.show.commands import PublicCommand
from vetrina.protocol.codec import encode_recorded
from vetrina.protocol.command_codec import COMMAND_TYPES, BadCommand, FieldError, decode_command
from vetrina.store.ports.shows import Appended
from vetrina.web.api.responses import Events
from vetrina.web.http.auth import forbidden
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import invalid
from vetrina.web.http.request_body import check_length, parse_json
from vetrina.web.shared_products import check_shared

NAMES: Final = dict(zip(get_args(PublicCommand), COMMAND_TYPES, strict=True))
_ONE: Final[TypeAdapter[Any]] = TypeAdapter(PublicCommand)
_MANY: Final[TypeAdapter[Any]] = TypeAdapter(list[PublicCommand])


class CommandsBody:
    """One command or a list; all mistakes of all commands are told at once."""

    def decode(self, raw: bytes) -> list[PublicCommand]:
        """Raises `invalid`; in a list the fields are named like `0.price`."""
        value = parse_json(raw)
        many = isinstance(value, list)
        items = value if many else [value]
        check_length(items)
        commands: list[PublicCommand] = []
        errors: list[FieldError] = []
        for position, item in enumerate(items):
            try:
                commands.append(decode_command(item))
            except BadCommand as bad:
                errors += [_placed(error, position) if many else error for error in bad.errors]
        if errors:
            raise invalid(errors)
        return commands

    def schema_adapters(self) -> list[TypeAdapter[Any]]:
        """One, or a list."""
        return [_ONE, _MANY]


async def follow(call: Call) -> Response:
    """Follow all commands or none."""
    commands: list[PublicCommand] = call.body
    await _check_permitted(call, commands)
    shows, metrics, request = call.context.shows, call.context.metrics, call.append_kept()
    try:
        appended = await shows.handle(call.slug, commands, by=call.by, request=request)
    except Refused as refused:
        metrics.command(_name_of(commands), refused.code)
        raise
    for command in commands:
        metrics.command(NAMES[type(command)], "applied")
    return appended_answer(call, appended)


def appended_answer(_: Call, appended: Appended) -> Response:
    """`{"epoch","seq","events":[…]}` as control sees it."""
    told = {
        "epoch": appended.position.epoch,
        "seq": appended.position.seq,
        "events": [orjson.Fragment(encode_recorded(event)) for event in appended.events],
    }
    return json_answer(told)


async def _check_permitted(call: Call, commands: Sequence[PublicCommand]) -> None:
    role = call.key.role if call.key is not None else Role.VIEWER
    if not all(may(role, COMMANDS[type(command)]) for command in commands):
        raise forbidden()
    if call.key is not None:
        await check_shared(call.context, call.key, commands)


def _name_of(commands: Sequence[PublicCommand]) -> str:
    """Which of several was refused is not known; a list counts as one."""
    return NAMES[type(commands[0])] if len(commands) == 1 else "list"


def _placed(error: FieldError, position: int) -> FieldError:
    return FieldError(f"{position}.{error.field}".rstrip("."), error.message)


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/shows/{slug}/commands",
        name="follow_commands",
        summary="Pin, start a deal, announce, end the show …",
        about="One command or a list; a list is all or nothing. A command that changes nothing "
        "succeeds without events. With an `Idempotency-Key` the answer is written in the same "
        "transaction as the events, so a repeat is safe even after a crash.",
        handler=follow,
        rebuild=appended_answer,
        needs=Permission.READ_SHOWS,
        body=CommandsBody(),
        answer=Events,
        refusals=("unknown_show", *REFUSALS),
    ),
)
