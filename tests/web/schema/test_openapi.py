import re
from pathlib import Path
from typing import Any

import pytest

import vetrina
from vetrina.domain.errors import REFUSALS
from vetrina.protocol.command_codec import COMMAND_TYPES
from vetrina.web.http.operation import Caller
from vetrina.web.http.problem_codes import CODES
from vetrina.web.operations import OPERATIONS
from vetrina.web.routes import routes
from vetrina.web.schema.openapi import document

CONTRACT = {
    "/api/v1/products": {"get", "post"},
    "/api/v1/shows": {"get", "post"},
    "/api/v1/shows/{slug}": {"get"},
    "/api/v1/shows/{slug}/bag": {"get", "put"},
    "/api/v1/shows/{slug}/commands": {"post"},
    "/api/v1/shows/{slug}/events": {"get"},
    "/api/v1/shows/{slug}/overlays": {"get"},
    "/api/v1/shows/{slug}/keys": {"get", "post"},
    "/api/v1/keys/{id}": {"delete"},
    "/api/v1/connections": {"get", "post"},
    "/api/v1/checkouts": {"post"},
    "/api/v1/checkouts/{token}": {"get", "delete"},
    "/webhooks/{connection}": {"post"},
    "/hooks/{hook_key}/{action}": {"get"},
    "/hooks/{hook_key}/{action}/{value}": {"get"},
    "/healthz": {"get"},
    "/readyz": {"get"},
    "/metrics": {"get"},
}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return document(OPERATIONS)


def operations(told):
    return [(path, m, op) for path, methods in told["paths"].items() for m, op in methods.items()]


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for item in value.values() for ref in references(item)]
    if isinstance(value, list):
        return [ref for item in value for ref in references(item)]
    return []


def test_every_call_of_the_contract_is_described(told):
    for path, methods in CONTRACT.items():
        assert methods <= set(told["paths"][path]), path


async def test_every_route_is_described_and_every_description_routed(site, told):
    pages = {"/", "/control", "/control/dock", "/control/orders", "/control/orders/{id}",
             "/control/orders/{id}/slip", "/docs", "/handbook", "/handbook/{path:path}",
             "/live/{slug}", "/overlay/{key}", "/ws",
             "/overlay/{key}/{widget}", "/media/{name}", "/overlays/{path:path}",
             "/static/{path:path}", "/shop/{handle}", "/shop/{handle}/colours.css",
             "/shop/{handle}/products/{sku}", "/sitemap.xml", "/shop/{handle}/bag",
             "/checkouts/{token}/pay", "/orders/{token}", "/orders/{token}/withdrawal",
             "/orders/{token}/withdrawal.txt"}  # fmt: skip
    routed = {re.sub(r"{(value|sku):path}", r"{\1}", route.path) for route in routes(site.context)}
    assert routed - pages == set(told["paths"])


def test_the_form_is_that_of_openapi(told):
    assert told["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(told["info"])
    names = [operation["operationId"] for _, _, operation in operations(told)]
    assert len(names) == len(set(names))
    tags = {tag["name"] for tag in told["tags"]}
    for path, method, operation in operations(told):
        assert operation["summary"], path
        assert set(operation["tags"]) <= tags
        assert all(re.fullmatch("[1-5][0-9]{2}", status) for status in operation["responses"])
        assert all(each["description"] for each in operation["responses"].values())
        in_path = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path)), (method, path)


def test_every_reference_leads_somewhere(told):
    found = references(told)
    assert len(found) > 50
    for reference in found:
        place: Any = told
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
        assert place


def test_control_calls_say_so(told):
    for operation in OPERATIONS:
        described = told["paths"][operation.path][operation.method.lower()]
        assert (described["security"] != []) == (operation.caller is Caller.KEY)
        assert ("401" in described["responses"]) >= (operation.caller is Caller.KEY)


def test_every_command_is_described_with_its_type(told):
    types = {
        schema["properties"]["type"].get("const")
        for schema in told["components"]["schemas"].values()
        if "type" in schema.get("properties", {})
    }
    assert set(COMMAND_TYPES) <= types
    schemas = told["components"]["schemas"]
    assert schemas["PinProduct"]["required"] == ["type", "sku"]
    disclosure = schemas["SetDisclosure"]["properties"]["disclosure"]
    assert {"type", "label", "brand"} <= set(disclosure["properties"])


def test_every_refusal_of_the_domain_has_its_status(told):
    responses = told["paths"]["/api/v1/shows/{slug}/commands"]["post"]["responses"]
    for code, status in REFUSALS.items():
        assert f"`{code}`" in responses[str(status)]["description"]


def test_every_code_in_the_source_is_explained():
    """A code that is raised somewhere and explained nowhere is a dead end for whoever gets it."""
    raised: set[str] = set()
    for path in (Path(vetrina.__file__).parent / "web").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        raised |= set(re.findall(r"Problem\(\s*\d{3},\s*\"(\w+)\"", source))
        raised |= {f"unknown_{name}" for name in re.findall(r"unknown\(\s*\"(\w+)\"", source)}
    assert len(raised) > 15
    assert raised <= set(CODES)


async def test_it_is_served(site, told):
    answer = await site.http.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == told
