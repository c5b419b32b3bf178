"""Group commit: writes that wait together share a commit. Nobody hears of one before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, NestedTransaction
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from vetrina.store.errors import Conflict, StoreError
from vetrina.store.sql.batching import Call, Outcome, in_batches
from vetrina.store.sql.database import MADE_ROOM, Database, is_of_one, sqlstate, store_error

T = TypeVar("T")
Work: TypeAlias = Callable[[Connection], T]
# A write that is alone and still has to make room for others meets them again at most so often.
ATTEMPTS = 4


async def commit_together(database: Database, calls: Sequence[Call]) -> list[Outcome[Any]]:
    """One transaction for all. What one write did wrong is found by running each by itself."""
    try:
        return await database.write(partial(in_batches, calls=calls))
    except SQLAlchemyError as error:
        if not is_of_one(error):
            return [store_error(error) for _ in calls]
    except StoreError as error:
        return [type(error)(*error.args) for _ in calls]
    except Exception as error:  # noqa: BLE001 - handed to the caller whose write raised it
        if len(calls) == 1:
            return [error]
    return [await _commit_alone(database, call) for call in calls]


async def _commit_alone(database: Database, call: Call) -> Outcome[Any]:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            [outcome] = await database.write(partial(in_batches, calls=[call]))
        except IntegrityError as error:
            return _conflict(error)
        except SQLAlchemyError as error:
            if sqlstate(error) not in MADE_ROOM or attempt == ATTEMPTS:
                return store_error(error)
        except Exception as error:  # noqa: BLE001 - handed to the caller whose write raised it
            return error
        else:
            return outcome
    raise AssertionError


def one_by_one(connection: Connection, works: Sequence[Work[T]]) -> list[Outcome[T]]:
    """The batch of writes that have nothing in common: what one raises undoes only itself."""
    return [_in_savepoint(connection, work) for work in works]


def _in_savepoint(connection: Connection, work: Work[T]) -> Outcome[T]:
    savepoint = connection.begin_nested()
    try:
        result = work(connection)
    except Exception as error:
        undone = _undone(savepoint)
        if undone and isinstance(error, IntegrityError):
            return _conflict(error)
        if undone and isinstance(error, StoreError | LookupError):
            return error
        raise
    savepoint.commit()
    return result


def _undone(savepoint: NestedTransaction) -> bool:
    """Not where the whole transaction is gone, as with a full disk; what went wrong first says."""
    try:
        savepoint.rollback()
    except SQLAlchemyError:
        return False
    return True


def _conflict(error: IntegrityError) -> Conflict:
    return Conflict(f"Somebody else wrote first: {error.orig}")
