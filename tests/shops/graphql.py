"""As much of GraphQL as a shop's double needs: named fragments, arguments, variables.

A field that the data does not hold is an error, so that a question cannot ask for what the shop
does not document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(r'\.\.\.|[A-Za-z_]\w*|\$\w+|-?\d+|"[^"]*"|[{}()\[\]:!]')
Resolver = Callable[[Mapping[str, Any]], Any]


class UnknownField(Exception):
    """The question asks for something that is not there."""


@dataclass
class Field:
    """One field of a selection; `on` is the type that it is asked of, where that is said."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    selection: list[Field] = field(default_factory=list)
    on: str | None = None


class Question:
    """A document with one query."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        self._at = 0
        self._fragments: dict[str, list[Field]] = {}
        self.name = ""
        self.selection: list[Field] = []
        while self._at < len(self._tokens):
            self._definition()
        self.selection = self._expanded(self.selection)

    def _definition(self) -> None:
        kind, name = self._next(), self._next()
        if kind == "fragment":
            assert self._next() == "on"
            self._next()
            self._fragments[name] = self._selection()
            return
        assert kind == "query"
        self.name = name
        if self._peek() == "(":
            while self._next() != ")":
                pass
        self.selection = self._selection()

    def _selection(self) -> list[Field]:
        assert self._next() == "{"
        found: list[Field] = []
        while self._peek() != "}":
            name = self._next()
            if name == "...":
                found += self._spread()
                continue
            one = Field(name, self._arguments() if self._peek() == "(" else {})
            if self._peek() == "{":
                one.selection = self._selection()
            found.append(one)
        self._next()
        return found

    def _spread(self) -> list[Field]:
        name = self._next()
        if name == "on":
            on = self._next()
            return [Field(one.name, one.arguments, one.selection, on) for one in self._selection()]
        return [Field(f"...{name}")]

    def _arguments(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self._next()
        while self._peek() != ")":
            name = self._next()
            assert self._next() == ":"
            found[name] = self._next()
        self._next()
        return found

    def _expanded(self, selection: list[Field]) -> list[Field]:
        found: list[Field] = []
        for one in selection:
            if one.name.startswith("..."):
                found += self._expanded(self._fragments[one.name[3:]])
            else:
                found.append(Field(one.name, one.arguments, self._expanded(one.selection), one.on))
        return found

    def _next(self) -> str:
        self._at += 1
        return str(self._tokens[self._at - 1])

    def _peek(self) -> str:
        return str(self._tokens[self._at]) if self._at < len(self._tokens) else ""


def resolved(data: Any, selection: list[Field], variables: Mapping[str, Any]) -> Any:
    """What the question selects. Functions in the data are called with a field's arguments."""
    if isinstance(data, list):
        return [resolved(one, selection, variables) for one in data]
    if data is None or not selection:
        return data
    shown = {}
    for one in selection:
        if one.on is not None and data.get("__typename") != one.on:
            continue
        if one.name not in data:
            raise UnknownField(f"Field '{one.name}' doesn't exist")
        value = data[one.name]
        if callable(value):
            value = value(given(one, variables))
        shown[one.name] = resolved(value, one.selection, variables)
    return shown


def given(one: Field, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a field with the variables' values."""
    return {name: _value(text, variables) for name, text in one.arguments.items()}


def cost(selection: list[Field], variables: Mapping[str, Any]) -> int:
    """What a question may cost at most: one point for an object, and a list its length times."""
    total = 0
    for one in selection:
        if not one.selection:
            continue
        arguments = given(one, variables)
        many = arguments.get("first") or len(arguments.get("ids") or [1])
        total += 1 + int(many) * cost(one.selection, variables)
    return total


def _value(text: str, variables: Mapping[str, Any]) -> Any:
    if text.startswith("$"):
        return variables.get(text[1:])
    if text.lstrip("-").isdigit():
        return int(text)
    return text.strip('"')


def connection(items: Sequence[dict[str, Any]]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A list that is asked for page by page."""

    def page(given: Mapping[str, Any]) -> dict[str, Any]:
        """A cursor is the name of the last item, so that it outlives what goes meanwhile."""
        after = given.get("after")
        rest = [one for one in items if after is None or _place(one) > int(after)]
        shown = rest[: given["first"]]
        info = {
            "hasNextPage": len(rest) > len(shown),
            "endCursor": str(_place(shown[-1])) if shown else None,
        }
        return {"nodes": shown, "pageInfo": info}

    return page


def _place(node: Mapping[str, Any]) -> int:
    return int(str(node.get("id", "0")).rpartition("/")[2])
