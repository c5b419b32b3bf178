"""JSON Schemas of the types in the interface, each once, under its own name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

REF: Final = "#/components/schemas/{model}"
PROBLEM: Final = {"$ref": REF.format(model="Problem")}
_PROBLEM_SCHEMA: Final = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `errors` is there when fields are at fault.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


class Schemas:
    """The schemas of some types, and all that they are made of."""

    def __init__(self, adapters: Iterable[TypeAdapter[Any]]) -> None:
        unique = list({id(adapter): adapter for adapter in adapters}.values())
        named, rest = TypeAdapter.json_schemas(
            [(id(adapter), "validation", adapter) for adapter in unique],
            ref_template=REF,
        )
        self._by_adapter = {adapter_id: schema for (adapter_id, _), schema in named.items()}
        self.components: dict[str, Any] = {**rest.get("$defs", {}), "Problem": _PROBLEM_SCHEMA}

    def tag(self, names: Mapping[type, str], nested: Mapping[str, str] | None = None) -> None:
        """Add the field `type`, which tells classes of one union apart on the wire.

        `nested` names the field that holds all fields of a class, where it is not flat.
        """
        for kind, name in names.items():
            schema = self.components[kind.__name__]
            if field := (nested or {}).get(name):
                inner = {key: schema[key] for key in ("type", "properties", "required")}
                schema.update({"properties": {field: inner}, "required": [field]})
            schema["properties"] = {"type": {"const": name}, **schema["properties"]}
            schema["required"] = ["type", *schema.get("required", [])]

    def of(self, adapter: TypeAdapter[Any]) -> dict[str, Any]:
        """The schema of one of the types, mostly a reference to a component."""
        return self._by_adapter[id(adapter)]
