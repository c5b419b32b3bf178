"""The types of columns, and how each database spells them. Nothing else knows the difference.

Text. PostgreSQL keeps no NUL character in a text, so one is escaped on its way there and back. Its
columns compare byte by byte (collation C): as SQLite and Python do, whatever language the server
speaks, and indexes outlive an upgrade of its operating system.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

# SUBSTITUTE: what Unicode has for a character that cannot be represented.
_MARK = "\x1a"


def escaped(text: str) -> str:
    """The text without NUL characters; every other text but those with a mark stays as it is."""
    if "\0" in text or _MARK in text:
        return text.replace(_MARK, _MARK + "1").replace("\0", _MARK + "0")
    return text


def unescaped(text: str) -> str:
    """The text that was escaped."""
    if _MARK in text:
        return text.replace(_MARK + "0", "\0").replace(_MARK + "1", _MARK)
    return text


class _PostgresText(TypeDecorator[str]):
    impl = sqlalchemy.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(sqlalchemy.Text(collation="C"))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else escaped(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else unescaped(value)


TEXT = sqlalchemy.Text().with_variant(_PostgresText(), "postgresql")
