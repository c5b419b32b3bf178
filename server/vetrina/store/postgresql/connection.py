"""Connections to PostgreSQL that notice when the other end is gone.

Both ends have limits. A statement that the server does not answer fails here; a process that is
frozen or cut off within a transaction loses its connection there, and with it the rows that others
wait for.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from vetrina.store.postgresql.address import Address

CONNECT_S = 3.0
COMMAND_S = 10.0
POOL_S = 5.0
_KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
_ALWAYS = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
# In this order: who waits for a row outlasts the one that holds it and stands still.
_HURRIED = {
    "idle_in_transaction_session_timeout": "3000",
    "lock_timeout": "5000",
    "statement_timeout": "8000",
    "transaction_timeout": "15000",
}
# Only what this server knows: `transaction_timeout` came with 17. A server that was told to answer
# before the disk has it is overruled; one that waits for replicas too is not.
_SET = """
SELECT set_config(known.name, wanted.value, false)
FROM unnest($1::text[], $2::text[]) AS wanted (name, value)
JOIN pg_settings AS known ON known.name = wanted.name
WHERE known.name <> 'synchronous_commit' OR known.setting = 'off'
"""


@dataclass(frozen=True, slots=True)
class PostgresConnections:
    """How to connect. `hurried`: for the life of a server; else for a job that may take long."""

    address: Address
    hurried: bool = True
    read_only: bool = False

    def engine(self, size: int = 0) -> AsyncEngine:
        """Connections on demand: `size` are kept, and there are no more; 0 keeps none."""
        pool: dict[str, Any] = {"poolclass": NullPool}
        if size:
            pool = {"pool_size": size, "max_overflow": 0, "pool_timeout": POOL_S}
        engine = create_async_engine(
            "postgresql+asyncpg://", async_creator=self.connect, hide_parameters=True, **pool
        )
        event.listen(engine.sync_engine, "checkout", _check_alive)
        return engine

    async def connect(self) -> asyncpg.Connection:
        """A new connection, with its limits set."""
        connection = await asyncpg.connect(
            self.address.dsn,
            timeout=CONNECT_S,
            command_timeout=COMMAND_S if self.hurried else None,
            server_settings={"application_name": "vetrina"},
        )
        try:
            _keep_alive(connection)
            wanted = self._settings()
            await connection.execute(_SET, list(wanted), list(wanted.values()))
        except BaseException:
            connection.terminate()
            raise
        return connection

    def _settings(self) -> dict[str, str]:
        wanted = {**_ALWAYS, "synchronous_commit": "on"}
        if self.hurried:
            wanted |= _HURRIED
        if self.read_only:
            wanted["default_transaction_read_only"] = "on"
        return wanted


def _keep_alive(connection: asyncpg.Connection) -> None:
    """Ask the system to find out when the other machine is gone, where it can."""
    line = connection._transport.get_extra_info("socket")
    if line.family not in (socket.AF_INET, socket.AF_INET6):
        return
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if hasattr(socket, name):
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _check_alive(driver: Any, _record: Any, _proxy: Any) -> None:
    """Instead of a ping: the event loop has seen the end of a connection that was closed."""
    if driver.driver_connection.is_closed():
        raise DisconnectionError
