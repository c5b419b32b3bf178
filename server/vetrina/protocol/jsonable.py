"""Domain values as plain JSON values: a dataclass becomes a dict of its fields, in their order."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

_ALWAYS: Any = object()


def plain(value: Any) -> Any:
    """Dicts, lists, strings, numbers, booleans and None, sharing nothing with the domain.

    Fields marked as sparse are left out where they have their default.
    """
    return _plain(value, team=True)


def public(value: Any) -> Any:
    """The same without what only the team is told."""
    return _plain(value, team=False)


def _plain(value: Any, team: bool) -> Any:
    if isinstance(value, tuple):
        return [_plain(item, team) for item in value]
    if is_dataclass(value):
        return {
            name: _plain(field, team)
            for name, default in _form(value.__class__, team)
            if (field := getattr(value, name)) != default
        }
    return value


@cache
def _form(cls: type[Any], team: bool) -> tuple[tuple[str, Any], ...]:
    """The fields that are told, each with the value that is left out."""
    return tuple(
        (field.name, field.default if field.metadata.get("sparse") else _ALWAYS)
        for field in fields(cls)
        if team or not field.metadata.get("team")
    )
