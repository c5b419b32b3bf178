"""Batching of look-ups: those that wait together are one round trip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Executable, Row
from sqlalchemy.exc import SQLAlchemyError

from vetrina.store.sql.batching import Call, Outcome, in_batches
from vetrina.store.sql.database import is_lost, store_error

Question: TypeAlias = tuple[Executable, Mapping[str, Any]]


def read_together(calls: Sequence[Call], connection: Connection) -> list[Outcome[Any]]:
    """All look-ups of a group on one connection. What fails, fails for itself.

    Raises SQLAlchemyError when the connection is lost, TimeoutError when no answer came.
    """
    try:
        return in_batches(connection, calls)
    except SQLAlchemyError as error:
        if is_lost(error):
            raise
        if len(calls) == 1:
            return [store_error(error)]
    except TimeoutError:
        raise
    except Exception as error:  # noqa: BLE001 - handed to the caller whose look-up raised it
        if len(calls) == 1:
            return [error]
    return [read_together([call], connection)[0] for call in calls]


def first_rows(connection: Connection, questions: Sequence[Question]) -> list[Row[Any] | None]:
    """The batch of look-ups of one row each."""
    return [connection.execute(statement, values).first() for statement, values in questions]
