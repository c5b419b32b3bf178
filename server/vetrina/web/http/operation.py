"""One table row for one call: the routes, the OpenAPI document and /docs are all made of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from vetrina.store.ports.shows import Key, Remembered
from vetrina.web.context import Context
from vetrina.web.http.idempotency import Once

Who = Literal["anyone", "control", "hook", "operator", "provider"]
Method = Literal["GET", "POST", "PUT", "DELETE"]


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
class Parameter:
    """One query parameter; the handler reads it with `whole_number` or from the request."""

    name: str
    about: str
    schema: dict[str, Any]
    required: bool = False


@dataclass(slots=True)
class Call:
    """One request on its way through a handler. `key` is there for control calls only."""

    context: Context
    request: Request
    key: Key | None = None
    body: Any = None
    once: Once | None = None

    @property
    def slug(self) -> str:
        """The show in the path."""
        return str(self.request.path_params["slug"])

    @property
    def by(self) -> str | None:
        """Who does it, as the log of the show tells: the key's label."""
        return None if self.key is None else self.key.label or self.key.id

    def kept(self, response: Response) -> Remembered | None:
        """The answer, to be written with what it tells of; None without an Idempotency-Key."""
        return None if self.once is None else self.once.with_effect(response)

    @property
    def now(self) -> int:
        """The server's time in ms."""
        return self.context.clock.now_ms()


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A call of the HTTP interface.

    `scope` says which control keys are good: "show" those of the show in the path, "some" any,
    "all" only keys that are good for all shows. `refusals` are the codes of its own; those that
    every call of its kind has (`unauthorized`, `invalid`, `rate_limited` …) are added by rule.
    """

    method: Method
    path: str
    name: str
    summary: str
    handler: Handler
    who: Who = "control"
    scope: Literal["show", "some", "all"] = "show"
    about: str = ""
    body: Decoder | Upload | None = None
    query: tuple[Parameter, ...] = ()
    status: int = 200
    answer: Any = None
    media_type: str = "application/json"
    refusals: tuple[str, ...] = field(default=())

    @cached_property
    def answer_adapter(self) -> TypeAdapter[Any]:
        """The type of the answer, made once."""
        return TypeAdapter(self.answer)

    @property
    def once(self) -> bool:
        """Whether an `Idempotency-Key` makes a repeat harmless; who opens a hook's address acts."""
        return self.who == "hook" or (self.method == "POST" and self.who in ("anyone", "control"))

    @property
    def tag(self) -> str:
        """The group of the call: the first word of its path that means something."""
        parts = [part for part in self.path.split("/") if part and part not in ("api", "v1")]
        if parts[0] == "shows" and len(parts) > 2:
            return parts[2]
        return parts[0]
