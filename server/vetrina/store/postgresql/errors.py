"""What can be wrong with a PostgreSQL server: for the program, for everybody, for its operator."""

from __future__ import annotations

import socket
import ssl
from typing import NamedTuple

from asyncpg.exceptions import ClientConfigurationError, InterfaceError, PostgresError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from vetrina.store.errors import StoreAway, StoreUnusable
from vetrina.store.postgresql.address import Address
from vetrina.store.sql.database import sqlstate

ERRORS = (SQLAlchemyError, PostgresError, InterfaceError, OSError)
"""What connecting and asking raise, the driver's own among them."""


class Fault(NamedTuple):
    """`public` names no host and no user; `advice` is for the operator's eyes."""

    public: str
    advice: str


_BY_STATE = {
    "28P01": Fault("refuses the server's password", "refuses the password of user {user}"),
    "28000": Fault("refuses the server", "does not let user {user} in: {told}"),
    "3D000": Fault("is not there", "does not exist: make it with createdb, or mend its name"),
    "42501": Fault(
        "allows too little", "does not allow its user {user} this ({told}): grant it CREATE"
    ),
    "25006": Fault("can only be read", "can only be read: name the primary, not a replica"),
    "53300": Fault(
        "has no connection left",
        "has no connection left: raise its max_connections, or lower VETRINA_DATABASE_CONNECTIONS",
    ),
    "57P03": Fault("is starting or stopping", "is starting or stopping: try again in a moment"),
    "25P03": Fault("waited too long for the server", "closed a transaction that stood still"),
    "55P03": Fault("is held up", "is held up: somebody holds a lock for longer than 5 s"),
    "57014": Fault("is slow", "is slow: a statement took longer than 8 s"),
    "42P01": Fault("is of another version", "lacks a table ({told}): run `vetrina migrate`"),
    "42703": Fault("is of another version", "lacks a column ({told}): run `vetrina migrate`"),
}
# Each of these says that the connection is of no use, and that another one may be.
_LOST_STATES = frozenset(("25006", "25P03", "40003", "53300", "57P01", "57P02", "57P03", "57P05"))


def is_lost(error: BaseException) -> bool:
    """Whether the server cannot be reached, or has gone away in the middle."""
    if isinstance(error, PoolTimeout):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    state = sqlstate(error)
    if state.startswith("08") or state in _LOST_STATES:
        return True
    return isinstance(error, OSError | InterfaceError)


def is_away(error: BaseException) -> bool:
    """Whether it concerns everybody who asks, and not what was asked."""
    state = sqlstate(error)
    return (
        is_lost(error)
        or state.startswith(("28", "3D"))
        or state in _BY_STATE
        or isinstance(error, PostgresError)
    )


def away(error: BaseException, *, unknown: bool = False) -> StoreAway:
    """For those who ask while the server runs. `unknown`: a COMMIT may have happened."""
    text = f"The database {_fault(error).public}."
    if unknown:
        text += " Whether this was written shows when it is sent again."
    return StoreAway(text)


def unusable(error: BaseException, address: Address) -> StoreUnusable:
    """One sentence for the operator."""
    told = _told(error)
    if isinstance(error, ClientConfigurationError | ValueError):
        return StoreUnusable(f"{address.setting}: a part of the address is not understood.")
    advice = _fault(error).advice.format(user=address.user, told=told)
    return StoreUnusable(f"{address.setting}: {address} {advice}.")


def _fault(error: BaseException) -> Fault:
    state = sqlstate(error)
    if state in _BY_STATE:
        return _BY_STATE[state]
    if isinstance(error, socket.gaierror):
        return Fault("cannot be found", "cannot be found: there is no host of this name")
    if isinstance(error, ssl.SSLError) or "SSL" in _told(error):
        return Fault("does not agree on TLS", "does not agree on TLS ({told})")
    if isinstance(error, TimeoutError):
        return Fault("does not answer", "does not answer in time")
    if isinstance(error, OSError):
        return Fault("does not answer", "does not answer ({told})")
    if isinstance(error, PoolTimeout):
        return Fault("is slow", "is so slow that no connection became free")
    if state.startswith(("08", "57P")):
        return Fault("went away", "went away ({told})")
    return Fault("failed", "failed ({told})")


def _told(error: BaseException) -> str:
    """What the server or the system said, in one line and without its details, which may hold
    what was to be written.
    """
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    first = str(cause.args[0]) if cause.args else type(cause).__name__
    return " ".join(first.split()).rstrip(".")
