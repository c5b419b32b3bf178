"""Query parameters, read and documented in one place."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from vetrina.protocol.command_codec import FieldError
from vetrina.web.http.operation import Parameter
from vetrina.web.http.problem import invalid


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`; false when it is not given."""

    name: str
    about: str

    @property
    def parameter(self) -> Parameter:
        """Its row in the description of the interface."""
        return Parameter(self.name, self.about, {"type": "boolean", "default": False})

    def of(self, request: Request) -> bool:
        """The value in a request. Raises `invalid`."""
        text = request.query_params.get(self.name, "false")
        if text not in ("true", "false"):
            raise invalid([FieldError(self.name, "expected true or false")])
        return text == "true"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words; the first one when it is not given."""

    name: str
    about: str
    words: tuple[str, ...]

    @property
    def parameter(self) -> Parameter:
        """Its row in the description of the interface."""
        schema = {"type": "string", "enum": list(self.words), "default": self.words[0]}
        return Parameter(self.name, self.about, schema)

    def of(self, request: Request) -> str:
        """The word in a request. Raises `invalid`."""
        text = request.query_params.get(self.name, self.words[0])
        if text not in self.words:
            raise invalid([FieldError(self.name, f"expected {' or '.join(self.words)}")])
        return text


@dataclass(frozen=True, slots=True)
class WholeNumber:
    """A number from `least` to `most`; `default` when it is not given."""

    name: str
    about: str
    default: int
    least: int
    most: int

    @property
    def parameter(self) -> Parameter:
        """Its row in the description of the interface."""
        schema = {
            "type": "integer",
            "minimum": self.least,
            "maximum": self.most,
            "default": self.default,
        }
        return Parameter(self.name, self.about, schema)

    def of(self, request: Request) -> int:
        """The value in a request. Raises `invalid`."""
        text = request.query_params.get(self.name)
        if text is None:
            return self.default
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else -1
        if not self.least <= number <= self.most:
            message = f"expected a whole number from {self.least} to {self.most}"
            raise invalid([FieldError(self.name, message)])
        return number
