"""The OpenAPI 3.1 document, made from the table of operations and the types it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from pydantic import TypeAdapter

from vetrina import __version__
from vetrina.domain.access import Role
from vetrina.protocol.command_codec import NESTED
from vetrina.web.api.commands import NAMES
from vetrina.web.http.operation import Caller, FileUpload, Operation, Parameter, Upload
from vetrina.web.http.problem_codes import refusals_of
from vetrina.web.schema.json_schema import PROBLEM, Schemas

_PATH_NAMES: Final = {
    "slug": "The show's slug.",
    "id": "The id, as lists tell it.",
    "connection": "The connection's id.",
    "hook_key": "A key of the role hook.",
    "action": "What to do.",
    "sku": "The SKU of the product.",
    "value": "What to do it with.",
    "number": "The product's call number in the show.",
    "handle": "The shop's handle.",
    "code": "The voucher's code.",
    "delivery": "The delivery's id, as lists tell it.",
    "place": "The place's code.",
    "token": "The token of the checkout.",
}
_SCHEME: Final = Role.CONTROL.value


def document(operations: Sequence[Operation], root: str = "") -> dict[str, Any]:
    """The whole document; `root` is the path below which the server is."""
    schemas = Schemas(_types(operations))
    schemas.tag(NAMES, NESTED)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, schemas
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vetrina",
            "version": __version__,
            "summary": "Live shopping for any stream",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": root or "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(each.tag for each in operations)],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {
                _SCHEME: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A control key, `ctl_…`.",
                }
            },
        },
    }


def _types(operations: Sequence[Operation]) -> list[TypeAdapter[Any]]:
    found: list[TypeAdapter[Any]] = []
    for operation in operations:
        if operation.body is not None and not isinstance(operation.body, Upload):
            found += operation.body.schema_adapters()
        if operation.answer is not None:
            found.append(operation.answer_adapter)
    return found


def _operation(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "security": [{_SCHEME: []}] if operation.caller is Caller.KEY else [],
        "responses": _responses(operation, schemas),
    }
    if operation.about:
        told["description"] = operation.about
    if parameters := _parameters(operation):
        told["parameters"] = parameters
    if operation.body is not None:
        told["requestBody"] = {"required": True, "content": _body(operation.body, schemas)}
    return told


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", operation.path)
    told = [
        _parameter(Parameter(name, _PATH_NAMES[name], {"type": "string"}, required=True), "path")
        for name in names
    ]
    told += [_parameter(parameter, "query") for parameter in operation.query]
    if operation.idempotent:
        about = "Text of your choice: the same request sent again within 24 h gets the same answer."
        schema = {"type": "string", "minLength": 1, "maxLength": 255}
        told.append(_parameter(Parameter("Idempotency-Key", about, schema), "header"))
    return told


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": place,
        "required": parameter.required,
        "description": parameter.about,
        "schema": parameter.schema,
    }


def _body(body: Any, schemas: Schemas) -> dict[str, Any]:
    if isinstance(body, Upload):
        return {media_type: {} for media_type in body.media_types}
    forms = [schemas.of(adapter) for adapter in body.schema_adapters()]
    json = {"application/json": {"schema": forms[0] if len(forms) == 1 else {"oneOf": forms}}}
    if isinstance(body, FileUpload):
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        form = {"type": "object", "required": ["file"], "properties": {"file": file}}
        return {"multipart/form-data": {"schema": form}, **json}
    return json


def _responses(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done."}
    if operation.answer is not None:
        schema = schemas.of(operation.answer_adapter)
        answer["content"] = {operation.media_type: {"schema": schema}}
    elif operation.media_type and operation.status != 204:
        answer["content"] = {operation.media_type: {}}
    told: dict[str, Any] = {str(operation.status): answer}
    if operation.name == "readyz":
        told["503"] = {**answer, "description": "Not ready, with the reasons."}
    by_status: dict[int, list[str]] = {}
    for code, status in refusals_of(operation).items():
        by_status.setdefault(status, []).append(code)
    for status, codes in sorted(by_status.items()):
        told[str(status)] = {
            "description": "Refused: " + ", ".join(f"`{code}`" for code in codes) + ".",
            "content": {"application/problem+json": {"schema": PROBLEM}},
        }
    return told
