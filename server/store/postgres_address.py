"""Where a PostgreSQL database is: an address as libpq takes it, its password in no text."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from server.store.base import StoreUnusable

SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
EXAMPLE = "postgresql://vetrina:password@db.example/vetrina"
# Parameters of libpq that its other drivers do not know. What they are about is ours to decide.
_LIBPQ_ONLY = frozenset({
    "channel_binding", "connect_timeout", "gssencmode", "keepalives", "keepalives_count",
    "keepalives_idle", "keepalives_interval", "load_balance_hosts", "tcp_user_timeout",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """A database's address. `setting` is where it was given, for messages."""

    dsn: str = field(repr=False)
    """For the driver only: it holds the password."""
    host: str
    name: str
    user: str
    setting: str

    def __str__(self) -> str:
        return f"the database {self.name} at {self.host}"


def parsed(url: str, setting: str) -> Address:
    """The address in a URL. Raises StoreUnusable, without showing what came."""
    try:
        parts = urlsplit(url.strip())
        port, query = parts.port, dict(parse_qsl(parts.query))
    except ValueError as error:
        raise _wrong(setting) from error
    ambiguous = parts.netloc.count("@") > 1 or "@" in parts.path + parts.query or parts.fragment
    if parts.scheme not in SCHEMES or ambiguous:
        raise _wrong(setting)
    kept = {name: value for name, value in query.items() if name not in _LIBPQ_ONLY}
    host = query.get("host") or unquote(parts.netloc.rpartition("@")[2]) or "the usual place"
    if port is None and ":" not in host and not host.startswith("/"):
        host = f"{host}:{query.get('port', '5432')}"
    return Address(
        dsn=urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(kept), "")),
        host=host,
        name=unquote(parts.path.strip("/")) or query.get("dbname") or "of its user's name",
        user=unquote(parts.username or query.get("user") or "of the system's name"),
        setting=setting,
    )


def _wrong(setting: str) -> StoreUnusable:
    return StoreUnusable(
        f"{setting} is no address of a PostgreSQL database: expected one such as {EXAMPLE}, with "
        "%40 for an @, %2F for a / and %23 for a # within the password."
    )
