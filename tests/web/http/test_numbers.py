"""A number that overflows once meant "without a limit": infinite when it was read, null after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from vetrina.domain.show.commands import PublicCommand
from vetrina.protocol.command_codec import COMMAND_TYPES, NESTED
from vetrina.web.api.commands import CommandsBody
from vetrina.web.http.operation import Upload
from vetrina.web.http.problem import Problem
from vetrina.web.operations import OPERATIONS

HOSTILE = (
    "1e999", "-1e999", "NaN", "Infinity", "-Infinity", "-0", "-0.0", "5.0", "1.5", "1e2",
    "1" + "0" * 400, "-1" + "0" * 400, "1" + "0" * 5000, "9007199254740992",
)  # fmt: skip
BROKEN = ("5.0", "1.5", "1e2")
"""No whole numbers, and good wherever broken ones are taken: half a percent of a voucher."""
TAKES_BROKEN = {("percent",)}
HERE = "the number stands here"
Path = tuple[str | int, ...]


def numeric_paths(schema: dict[str, Any], defs: dict[str, Any]) -> Iterator[Path]:
    """Where a schema has numbers."""
    if "$ref" in schema:
        schema = defs[schema["$ref"].rpartition("/")[2]]
    if schema.get("type") in ("integer", "number"):
        yield ()
    for name, inner in schema.get("properties", {}).items():
        yield from ((name, *path) for path in numeric_paths(inner, defs))
    if "items" in schema:
        yield from ((0, *path) for path in numeric_paths(schema["items"], defs))
    for one in schema.get("anyOf", ()):
        yield from numeric_paths(one, defs)


def body_with(path: Path, **beside: Any) -> Any:
    """A body that holds the placeholder at a path, and nothing else but what is given."""
    value: Any = HERE
    for name in reversed(path):
        value = [value] if name == 0 else {name: value}
    return {**value, **beside} if isinstance(value, dict) else value


def bodies() -> Iterator[tuple[Any, Any, Path]]:
    """Every numeric field of every body: its decoder, a body with it, and where it is."""
    for operation in OPERATIONS:
        if operation.body is None or isinstance(operation.body, Upload | CommandsBody):
            continue
        for adapter in operation.body.schema_adapters():
            schema = adapter.json_schema()
            for path in numeric_paths(schema, schema.get("$defs", {})):
                yield operation.body, body_with(path), path
    for kind, adapter in zip(COMMAND_TYPES, _commands(), strict=True):
        schema = adapter.json_schema()
        for path in numeric_paths(schema, schema.get("$defs", {})):
            placed = (NESTED[kind], *path) if kind in NESTED else path
            yield CommandsBody(), body_with(placed, type=kind), placed
            listed = [body_with(placed, type=kind)]
            yield CommandsBody(), listed, (0, *placed)


def _commands() -> Iterator[Any]:
    from pydantic import TypeAdapter

    return (TypeAdapter(kind) for kind in get_args(PublicCommand))


FIELDS = list(bodies())


def test_the_fields_are_found():
    found = {".".join(map(str, path)) for _, _, path in FIELDS}
    assert found >= set(
        "quantity ttl_s until price.amount per_viewer duration_s lead_s slot stock "
        "prior_price.amount 0.stock 0.quantity disclosure.interval_s".split()
    )


@pytest.mark.parametrize("literal", HOSTILE, ids=lambda text: text[:12])
def test_a_number_that_cannot_be_is_refused_by_the_name_of_its_field(literal):
    for decoder, body, path in FIELDS:
        whole = isinstance(decoder, CommandsBody) or path not in TAKES_BROKEN
        if literal in BROKEN and not whole:
            continue
        raw = json.dumps(body).replace(f'"{HERE}"', literal).encode()
        with pytest.raises(Problem) as caught:
            decoder.decode(raw)
        assert caught.value.status == 422
        assert ".".join(map(str, path)) in {error.field for error in caught.value.errors}, raw


async def test_a_stock_that_overflows_is_not_a_stock_without_a_limit(site):
    """`{"quantity": 1e999}` was answered with 200, and the product could be sold for ever."""
    await site.show()
    await site.command({"type": "set_stock", "sku": "MUG-1", "quantity": 7})
    for literal in HOSTILE:
        raw = f'{{"type":"set_stock","sku":"MUG-1","quantity":{literal}}}'
        headers = {**site.auth, "content-type": "application/json"}
        url = "/api/v1/shows/spring/commands"
        answer = await site.http.post(url, content=raw.encode(), headers=headers)
        assert answer.status_code == 422, literal
        assert [error["field"] for error in answer.json()["errors"]] == ["quantity"]
    state = (await site.context.shows.state("spring"))[1]
    assert state.bag["MUG-1"].product.stock == 7
