"""Operations table: the routes, the OpenAPI document and /docs are all made of its rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Literal, Protocol

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.store.ports.answers import IdempotentRequest, SealedResponse
from vetrina.store.ports.keys import Key
from vetrina.store.ports.shows import Appended
from vetrina.web.context import Context
from vetrina.web.http.idempotency import Attempt

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Caller(Enum):
    """How a caller proves who they are."""

    ANYONE = "anyone"
    KEY = "bearer key"
    HOOK = "key in the address"
    OPERATOR = "operator"
    """Not proved: who can reach these addresses is the proxy's matter."""
    PROVIDER = "signature"


class Decoder(Protocol):
    """Reads a JSON body. Raises a Problem that lists all fields at fault."""

    def decode(self, raw: bytes) -> Any:
        """The body in the form that the handler takes."""
        ...

    def schema_adapters(self) -> list[TypeAdapter[Any]]:
        """The forms that a body may have."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A body that is no JSON: it reaches the handler as bytes."""

    most_bytes: int
    media_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileUpload:
    """A form with a `file`, which reaches the handler as a ReceivedFile, or JSON in its place."""

    most_bytes: int
    otherwise: Decoder

    def decode(self, raw: bytes) -> Any:
        """The JSON. Raises a Problem that lists all fields at fault."""
        return self.otherwise.decode(raw)

    def schema_adapters(self) -> list[TypeAdapter[Any]]:
        """The forms that the JSON may have."""
        return self.otherwise.schema_adapters()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter; the handler reads it with `whole_number` or from the request."""

    name: str
    about: str
    schema: dict[str, Any]
    required: bool = False


@dataclass(slots=True)
class Call:
    """One request on its way through a handler. `key` is there for bearer keys only."""

    context: Context
    request: Request
    key: Key | None = None
    body: Any = None
    raw: bytes = b""
    attempt: Attempt | None = None
    """The request as an idempotent one; None without an Idempotency-Key."""

    @property
    def slug(self) -> str:
        """The show in the path."""
        return str(self.request.path_params["slug"])

    @property
    def by(self) -> str | None:
        """Who does it, as the log of the show tells: the key's label."""
        return None if self.key is None else self.key.label or self.key.id

    def answer_kept(self, response: Response) -> SealedResponse | None:
        """The answer, to be written together with its effect; None without an Idempotency-Key."""
        return None if self.attempt is None else self.attempt.with_effect(response)

    def append_kept(self) -> IdempotentRequest | None:
        """The request, to be written together with the events that it leads to; None as above."""
        return None if self.attempt is None else self.attempt.with_append()

    @property
    def now(self) -> int:
        """The server's time in ms."""
        return self.context.clock.now_ms()


Handler = Callable[[Call], Awaitable[Response]]
Rebuild = Callable[[Call, Appended], Response]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A call of the HTTP interface.

    `needs` is what the caller's key must permit. `scope` says for which shows it must be good:
    "show" for the one in the path, "some" for any, "all" for all. `rebuild` makes the answer of a
    repeated request from the events that the first one led to, for handlers that use
    `Call.append_kept`. `most_bytes` is for a JSON body that needs less than others. `refusals` are
    the codes of its own; those that every call of its kind has (`unauthorized`, `invalid`,
    `rate_limited` …) are added by rule.
    """

    method: Method
    path: str
    name: str
    summary: str
    handler: Handler
    caller: Caller = Caller.KEY
    needs: Permission | None = None
    scope: Literal["show", "some", "all"] = "show"
    about: str = ""
    body: Decoder | Upload | None = None
    most_bytes: int | None = None
    query: tuple[Parameter, ...] = ()
    status: int = 200
    answer: Any = None
    media_type: str = "application/json"
    refusals: tuple[str, ...] = ()
    rebuild: Rebuild | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a call with a key that says not what it needs."""
        if (self.needs is None) == (self.caller in (Caller.KEY, Caller.HOOK)):
            raise ValueError(f"{self.name}: expected `needs` for a call with a key, and only there")

    @cached_property
    def answer_adapter(self) -> TypeAdapter[Any]:
        """The type of the answer, made once."""
        return TypeAdapter(self.answer)

    @property
    def idempotent(self) -> bool:
        """Whether an `Idempotency-Key` makes a repeat harmless; a GET of a hook has an effect."""
        if self.caller is Caller.HOOK:
            return True
        return self.method == "POST" and self.caller in (Caller.ANYONE, Caller.KEY)

    @property
    def tag(self) -> str:
        """The group of the call: the first word of its path that means something."""
        parts = [part for part in self.path.split("/") if part and part not in ("api", "v1")]
        if parts[0] == "shows" and len(parts) > 2:
            return parts[2]
        return parts[0]
