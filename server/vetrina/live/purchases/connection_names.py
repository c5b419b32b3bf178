"""Names of connections: two shops of one kind can be told apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from vetrina.connectors.port import Connector
from vetrina.domain.errors import InvalidValue
from vetrina.store.ports.connections import Connection

NAME_CHARS: Final = 40


def name_of(connection: Connection) -> str:
    """What tells it from others, also of its kind."""
    return connection.options.get("name", connection.kind)


def new_name(wished: str | None, title: str, others: Iterable[Connection]) -> str:
    """The name of a new connection: the one wished for, else the provider's, with a free number.

    Raises InvalidValue for one that another has, or that cannot be shown.
    """
    taken = {name_of(other) for other in others}
    if wished is None:
        return _free(title, taken)
    wished = wished.strip()
    if not wished or not wished.isprintable():
        raise InvalidValue("name", f"expected up to {NAME_CHARS} characters that can be shown")
    if wished in taken:
        raise InvalidValue("name", "another connection has this name: take a different one")
    return wished


def with_names(
    stored: Sequence[Connection], connectors: Mapping[str, Connector]
) -> list[Connection]:
    """The same connections; those that were made before there were names have one, too."""
    taken = {one.options["name"] for one in stored if "name" in one.options}
    named = []
    for one in stored:
        if "name" not in one.options:
            title = connectors[one.kind].title if one.kind in connectors else one.kind
            name = _free(title, taken)
            taken.add(name)
            one = replace(one, options={**one.options, "name": name})
        named.append(one)
    return named


def _free(title: str, taken: Collection[str]) -> str:
    """`Shopify`, `Shopify 2` …: the first that nobody has."""
    number = 1
    while (name := title if number == 1 else f"{title} {number}") in taken:
        number += 1
    return name
