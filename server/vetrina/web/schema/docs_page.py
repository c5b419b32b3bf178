"""The readable API page, from the same table as the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from vetrina import __version__
from vetrina.domain.access import KEY_ROLES, may
from vetrina.protocol.close_codes import CloseCode
from vetrina.web.http.operation import Caller, Operation
from vetrina.web.http.problem_codes import CODES, refusals_of
from vetrina.web.operations import OPERATIONS
from vetrina.web.schema import openapi

_TITLES: Final = {
    "shows": "Shows",
    "products": "Products",
    "images": "Pictures",
    "bag": "The bag",
    "commands": "Commands",
    "events": "The event log",
    "overlays": "Overlays",
    "keys": "Keys",
    "login": "Logging in",
    "login-codes": "Logging in",
    "connections": "Connections to shops",
    "webhooks": "Connections to shops",
    "hooks": "Stream Deck",
    "go": "Short addresses and QR codes",
    "qr": "Short addresses and QR codes",
    "qr.svg": "Short addresses and QR codes",
    "openapi.json": "Descriptions for programs",
    "asyncapi.json": "Descriptions for programs",
    "healthz": "For operators",
    "readyz": "For operators",
    "metrics": "For operators",
}
_WHO: Final = {
    Caller.ANYONE: "Anyone",
    Caller.KEY: "{role} key",
    Caller.HOOK: "{role} key in the address",
    Caller.OPERATOR: "Operators",
    Caller.PROVIDER: "The provider, signed",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body or one parameter, in words."""

    name: str
    kind: str
    needed: bool
    about: str


@dataclass(frozen=True, slots=True)
class Form:
    """A body, or one of the commands that a body may hold."""

    name: str
    about: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """One call as the page shows it."""

    operation: Operation
    who: str
    parameters: tuple[Field, ...]
    forms: tuple[Form, ...]
    answer: Form | None
    refusals: dict[str, int]


@cache
def docs_context() -> dict[str, Any]:
    """What docs.html works with."""
    document = openapi.document(OPERATIONS)
    sections: dict[str, list[Described]] = {}
    for operation in OPERATIONS:
        title = _TITLES.get(operation.tag, operation.tag)
        sections.setdefault(title, []).append(_described(operation, document))
    return {
        "sections": sections,
        "codes": dict(sorted(CODES.items())),
        "close_codes": list(CloseCode),
        "version": __version__,
    }


def _described(operation: Operation, document: dict[str, Any]) -> Described:
    told = document["paths"][operation.path][operation.method.lower()]
    schemas = document["components"]["schemas"]
    return Described(
        operation=operation,
        who=_who(operation),
        parameters=tuple(
            Field(each["name"], _kind(each["schema"]), each["required"], each["description"])
            for each in told.get("parameters", ())
        ),
        forms=tuple(_forms(_schema_of(told.get("requestBody")), schemas)),
        answer=next(_forms(_schema_of(told["responses"][str(operation.status)]), schemas), None),
        refusals=refusals_of(operation),
    )


def _who(operation: Operation) -> str:
    """Who may make a call, such as "Control key"."""
    roles = [role for role in KEY_ROLES if operation.needs and may(role, operation.needs)]
    return _WHO[operation.caller].format(role=" or ".join(roles).capitalize())


def _schema_of(described: dict[str, Any] | None) -> dict[str, Any]:
    content = (described or {}).get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return schema


def _forms(schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Form]:
    """Every named object that a schema offers; lists of them are said in the text."""
    for choice in schema.get("oneOf", schema.get("anyOf", [schema])):
        if "anyOf" in choice:
            yield from _forms(choice, schemas)
        elif "$ref" in choice:
            yield _form(schemas[choice["$ref"].rpartition("/")[2]])


def _form(schema: dict[str, Any]) -> Form:
    properties: dict[str, Any] = schema.get("properties", {})
    name = properties.get("type", {}).get("const", schema.get("title", ""))
    needed = schema.get("required", ())
    fields = tuple(
        Field(field, _kind(each), field in needed, each.get("description", ""))
        for field, each in properties.items()
    )
    return Form(name, schema.get("description", ""), fields)


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words: `text`, `whole number or null`, `list of Product`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return f"“{schema['const']}”"
    if "enum" in schema:
        return " or ".join(f"“{value}”" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_kind(choice) for choice in schema["anyOf"])
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    words = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    return words.get(kind, kind) if isinstance(kind, str) else "anything"
