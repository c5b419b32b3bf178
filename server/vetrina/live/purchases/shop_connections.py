"""Connections to shops: make them, find them, know how their deliveries fare."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace

from vetrina.clock import Clock
from vetrina.connectors.port import Connector, Reason
from vetrina.domain.errors import InvalidValue
from vetrina.live.purchases.connection_names import new_name, with_names
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.store import Store

Tell = Callable[[str], Awaitable[None]]
logger = logging.getLogger(__name__)
# Health is written at most this often: a flood of forged deliveries must not become writes.
NOTE_EVERY_MS = 5_000
# The newest, and those that a shop may still sign with while it changes over.
SECRETS_AT_MOST = 3


class Connections:
    """The connections of this installation.

    They are few and asked for on every delivery, so they are kept in memory. `tell` tells the other
    processes of a change, and `reread` hears of theirs. Such a message may be lost, so the store is
    asked again after `FRESH_MS`, and sooner for a connection that is unknown: a shop says hello to
    a new address at once, to whichever process.
    """

    FRESH_MS = 750
    """A secret that was let go of is good nowhere a second later."""
    UNKNOWN_MS = 250

    def __init__(
        self,
        store: Store,
        clock: Clock,
        connectors: Mapping[str, Connector],
        tell: Tell | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._connectors = connectors
        self._tell = tell
        self._known: dict[str, Connection] = {}
        self._read_at: float | None = None
        self._changes = 0
        self._changing = asyncio.Lock()
        self._noted_at: dict[str, float] = {}
        self._counted: set[str] = set()
        self._prepared: set[str] = set()
        self._salt = b""

    async def open(self) -> None:
        """Read this installation's salt, and make ready for the shops that it has."""
        self._salt = await self._store.salt()
        await self._prepare(stored.kind for stored in await self._store.connections())

    def connector(self, kind: str) -> Connector:
        """The code of a provider. Raises InvalidValue for one that does not exist."""
        connector = self._connectors.get(kind)
        if connector is None:
            kinds = ", ".join(sorted(self._connectors))
            raise InvalidValue("kind", f"expected one of: {kinds}; got {kind!r}")
        return connector

    async def create(
        self,
        kind: str,
        *,
        show: str | None,
        secret: str | None,
        options: Mapping[str, str],
        name: str | None = None,
    ) -> tuple[Connection, str | None]:
        """A new connection and its secret, which is told only once. Raises InvalidValue.

        Without one where the shop makes it: most shops show it after they were told the address.
        """
        connector = self.connector(kind)
        if secret or connector.new_secret() is not None:
            secret = _good_secret(connector, secret)
        _check_options(connector, options)
        await self._prepare([kind])
        name = new_name(name, connector.title, await self.all())
        connection = Connection(
            id=f"con_{secrets.token_hex(8)}",
            kind=kind,
            show=show,
            secrets=() if secret is None else (secret,),
            created_at=self._clock.now_ms(),
            options={**options, "name": name},
        )
        async with self._changing:
            await self._store.add_connection(connection)
            self._known[connection.id] = connection
        return connection, secret

    async def get(self, connection_id: str) -> Connection | None:
        """A connection, or None."""
        await self._read()
        if connection_id not in self._known:
            await self._read(self.UNKNOWN_MS)
        return self._known.get(connection_id)

    async def all(self) -> list[Connection]:
        """All connections, oldest first."""
        await self._read()
        return list(self._known.values())

    async def remove(self, connection_id: str) -> bool:
        """Forget a connection: its address answers 404 from now on."""
        async with self._changing:
            self._known.pop(connection_id, None)
            removed = await self._store.remove_connection(connection_id)
        await self._told(connection_id)
        return removed

    def reread(self, _: str) -> None:
        """A connection was changed, here or elsewhere: whoever asks next waits for the store."""
        self._changes += 1
        self._read_at = None

    async def add_secret(
        self, connection: Connection, secret: str | None
    ) -> tuple[Connection, str]:
        """One more secret, newest first, so that no delivery is lost while the shop changes."""
        secret = _good_secret(self.connector(connection.kind), secret)
        older = [known for known in connection.secrets if known != secret]
        return await self._keep(connection, (secret, *older[: SECRETS_AT_MOST - 1])), secret

    async def drop_older_secrets(self, connection: Connection) -> Connection:
        """Only the newest secret stays."""
        return await self._keep(connection, connection.secrets[:1])

    async def drop_secrets(self, connection: Connection) -> Connection:
        """No secret is good any more: nothing is believed before there is a new one."""
        return await self._keep(connection, ())

    async def _keep(self, connection: Connection, secrets: tuple[str, ...]) -> Connection:
        await self._store.set_secrets(connection.id, secrets)
        changed = replace(self._known.get(connection.id, connection), secrets=secrets)
        if connection.id in self._known:
            self._known[connection.id] = changed
        await self._told(connection.id)
        return changed

    async def _told(self, connection_id: str) -> None:
        if self._tell is None:
            return
        try:
            await self._tell(connection_id)
        except Exception:  # it is in the store, where the others look within a second
            logger.exception("the bus took no notice of a changed connection")

    def opaque(self, connection_id: str) -> Callable[[str], str]:
        """How this connection's order numbers are hidden: a salted hash, the same every time."""

        def hidden(order_id: str) -> str:
            text = f"{connection_id}\n{order_id}".encode()
            return hmac.new(self._salt, text, hashlib.sha256).hexdigest()[:32]

        return hidden

    async def note(
        self,
        connection: Connection,
        refusal: Reason | None,
        detail: str | None = None,
        *,
        verified: bool = False,
    ) -> None:
        """Remember how a delivery fared: `refusal` says why it was turned away.

        One that is `verified` all the same was signed well, and does not count, or not as a whole.
        """
        now = self._clock.now_ms()
        known = self._known.get(connection.id)
        if known is None:  # removed while the delivery was on its way
            return
        known = replace(known, last_delivery_at=now)
        if verified or refusal is None:
            known = replace(known, last_verified_at=now)
        if refusal is not None:
            known = replace(
                known, last_refused_at=now, last_refusal=refusal, last_refusal_detail=detail
            )
        self._known[connection.id] = known
        if verified or refusal is None:
            await self._note(connection.id, now, None)
        if refusal is not None:
            await self._note(connection.id, now, refusal, detail)

    async def _note(
        self, connection_id: str, now: int, refusal: str | None, detail: str | None = None
    ) -> None:
        slot = f"{connection_id} {refusal is None}"
        if self._is_old(self._noted_at.get(slot), NOTE_EVERY_MS):
            self._noted_at[slot] = self._clock.monotonic()
            await self._store.note_delivery(connection_id, now, refusal, detail)

    async def counted(self, connection_id: str) -> bool:
        """Whether a paid order of this connection ever counted for a show."""
        if connection_id not in self._counted and await self._store.has_counted(connection_id):
            self._counted.add(connection_id)
        return connection_id in self._counted

    async def _read(self, fresh_ms: int = FRESH_MS) -> None:
        """Ask the store, once for all who find the memory stale; they wait for the answer."""
        if not self._is_old(self._read_at, fresh_ms):
            return
        async with self._changing:
            if not self._is_old(self._read_at, fresh_ms):
                return
            now, before = self._clock.monotonic(), self._changes
            stored = with_names(await self._store.connections(), self._connectors)
            await self._prepare(new.kind for new in stored)
            self._known = {new.id: _newer(self._known.get(new.id), new) for new in stored}
            # An answer that was on its way during a change may be older than that.
            self._read_at = now if before == self._changes else None

    async def _prepare(self, kinds: Iterable[str]) -> None:
        """Before the first delivery: it should not wait until a large library was read."""
        for kind in set(kinds) - self._prepared:
            if kind in self._connectors:
                await asyncio.to_thread(self._connectors[kind].prepare)
            self._prepared.add(kind)

    def _is_old(self, then: float | None, ms: int) -> bool:
        """By a clock that never goes back."""
        return then is None or self._clock.monotonic() - then >= ms / 1000


def _good_secret(connector: Connector, secret: str | None) -> str:
    """The secret that was pasted, or one of ours. Raises InvalidValue."""
    secret = secret or connector.new_secret()
    if secret is None:
        raise InvalidValue("secret", f"paste the secret that {connector.kind} shows you")
    wrong = connector.check_secret(secret)
    if wrong is not None:
        raise InvalidValue("secret", wrong)
    return secret


def _check_options(connector: Connector, options: Mapping[str, str]) -> None:
    for name in connector.options:
        if not options.get(name):
            raise InvalidValue(name, f"{connector.kind} needs it, beside the secret")
    for name in options:
        if name not in connector.options:
            raise InvalidValue(name, f"{connector.kind} has no such thing: leave it away")


def _newer(known: Connection | None, stored: Connection) -> Connection:
    """What the store has, with the health that this process knows better."""
    if known is None or (known.last_delivery_at or 0) < (stored.last_delivery_at or 0):
        return stored
    return replace(
        stored,
        last_delivery_at=known.last_delivery_at,
        last_verified_at=known.last_verified_at,
        last_refused_at=known.last_refused_at,
        last_refusal=known.last_refusal,
        last_refusal_detail=known.last_refusal_detail,
    )
