"""Where a PostgreSQL database is: an address as libpq takes it, its password in no text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from vetrina.store.errors import StoreUnusable

SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
EXAMPLE = "postgresql://vetrina:password@db.example/vetrina"
# Parameters of libpq that its other drivers do not know. What they are about is ours to decide.
_LIBPQ_ONLY = frozenset({
    "channel_binding", "connect_timeout", "gssencmode", "keepalives", "keepalives_count",
    "keepalives_idle", "keepalives_interval", "load_balance_hosts", "tcp_user_timeout",
})  # fmt: skip

_HOSTS = re.compile(r"((\[[\da-fA-F:]+\]|[\w.%-]*)(:\d+)?)(,(\[[\da-fA-F:]+\]|[\w.%-]+)(:\d+)?)*")


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
    except ValueError as error:
        raise _wrong(setting) from error
    query = dict(parse_qsl(parts.query))
    who, _, hosts = parts.netloc.rpartition("@")
    ambiguous = "@" in who + parts.path + parts.query or parts.fragment
    if parts.scheme not in SCHEMES or ambiguous or not _HOSTS.fullmatch(hosts):
        raise _wrong(setting)
    kept = {name: value for name, value in query.items() if name not in _LIBPQ_ONLY}
    if "," in hosts or "," in query.get("host", ""):
        # Of several the one that takes writes: after a failover that is another one.
        kept.setdefault("target_session_attrs", "read-write")
    name = unquote(parts.path.strip("/")) or query.get("dbname")
    user = unquote(who.partition(":")[0]) or query.get("user")
    return Address(
        dsn=f"postgresql://{parts.netloc}{parts.path}?{urlencode(kept)}".rstrip("?"),
        host=query.get("host") or unquote(hosts) or "the usual place",
        name=name or "of its user's name",
        user=user or "of the system's name",
        setting=setting,
    )


def _wrong(setting: str) -> StoreUnusable:
    return StoreUnusable(
        f"{setting} is no address of a PostgreSQL database: expected one such as {EXAMPLE}, with "
        "%40 for an @, %2F for a / and %23 for a # within the password."
    )
