"""Writes that wait together are committed together. Nobody hears of one before its commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from server.store.base import Conflict, StoreError
from server.store.database import store_error
from server.store.gather import Call, Outcome, in_batches

T = TypeVar("T")
Work: TypeAlias = Callable[[Connection], T]


def commit_together(calls: Sequence[Call], connection: Connection) -> list[Outcome[Any]]:
    """One transaction for all. What one write did wrong is found by running each by itself."""
    try:
        return _in_transaction(calls, connection)
    except IntegrityError as error:
        if len(calls) == 1:
            return [_conflict(error)]
    except SQLAlchemyError as error:
        return [store_error(error) for _ in calls]
    except Exception as error:  # noqa: BLE001 - handed to the caller whose write raised it
        if len(calls) == 1:
            return [error]
    return [commit_together([call], connection)[0] for call in calls]


def _in_transaction(calls: Sequence[Call], connection: Connection) -> list[Outcome[Any]]:
    with connection.begin() as transaction:
        outcomes = in_batches(connection, calls)
        try:
            transaction.commit()
        except SQLAlchemyError as error:
            # The driver's transaction goes on; it ends with its connection, undone.
            connection.invalidate()
            return [store_error(error) for _ in calls]
    return outcomes


def one_by_one(connection: Connection, works: Sequence[Work[T]]) -> list[Outcome[T]]:
    """The batch of writes that have nothing in common: what one raises undoes only itself."""
    return [_in_savepoint(connection, work) for work in works]


def _in_savepoint(connection: Connection, work: Work[T]) -> Outcome[T]:
    try:
        with connection.begin_nested():
            return work(connection)
    except IntegrityError as error:
        return _conflict(error)
    except (StoreError, LookupError) as error:
        return error


def _conflict(error: IntegrityError) -> Conflict:
    return Conflict(f"Somebody else wrote first: {error.orig}")
