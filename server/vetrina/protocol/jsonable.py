"""Domain values as plain JSON values: a dataclass becomes a dict of its fields, in their order."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any


def plain(value: Any) -> Any:
    """Dicts, lists, strings, numbers, booleans and None, sharing nothing with the domain."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value
