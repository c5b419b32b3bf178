"""Shopify's Admin interface (GraphQL): the form of questions and of answers, without any I/O.

An answer says what its question cost, and how much may be asked for at the moment:
https://shopify.dev/docs/api/usage/limits
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import orjson

from vetrina.connectors.payload import parsed
from vetrina.connectors.polling import Access, PollFailed, checked_address, checked_key
from vetrina.connectors.port import BadPayload

PATH: Final = "/admin/api/2026-10/graphql.json"
# Tokens of apps made in the shop, by a partner, and for delegates.
TOKENS: Final = ("shpat_", "shpca_", "shpua_", "shppa_", "shpss_")
NO_ANSWER: Final = (
    "the answer is none of Shopify's Admin interface: give the address that ends in .myshopify.com"
)
NOT_ALLOWED: Final = (
    "the token may not read this: give its app the scopes read_products, read_inventory and"
    " read_orders"
)
REFUSED: Final = "the shop did not understand the question"
LEAST_WAIT_MS: Final = 1_000


class TooCostly(PollFailed):
    """So much may not be asked for in one question."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer. Before `rest_ms` are over the same question would be refused."""

    data: Mapping[str, Any]
    rest_ms: int


def checked_access(access: Access) -> Access:
    """Raises InvalidValue."""
    key = access.key.strip()
    prefix = next((one for one in TOKENS if key.startswith(one)), TOKENS[0])
    return Access(checked_address(access.address), checked_key("key", key, prefix))


def question(query: str, variables: Mapping[str, Any]) -> bytes:
    """The body of a request."""
    return orjson.dumps({"query": query, "variables": dict(variables)})


def answer(body: bytes) -> Told:
    """What a body says. Raises PollFailed, TooCostly."""
    try:
        told = parsed(body)
    except BadPayload as error:
        raise PollFailed(NO_ANSWER) from error
    rest_ms = _rest_ms(told.get("extensions"))
    codes = _codes(told.get("errors"))
    if "THROTTLED" in codes:
        wait_ms = max(rest_ms, LEAST_WAIT_MS)
        raise PollFailed("asked to come later", retry_after_ms=wait_ms, passing=True)
    if "MAX_COST_EXCEEDED" in codes:
        raise TooCostly(REFUSED)
    if "ACCESS_DENIED" in codes:
        raise PollFailed(NOT_ALLOWED)
    if "INTERNAL_SERVER_ERROR" in codes:
        raise PollFailed("answered with an error", passing=True)
    if codes:
        raise PollFailed(REFUSED, restart=True)
    data = told.get("data")
    if not isinstance(data, dict):
        raise PollFailed(NO_ANSWER)
    return Told(data, rest_ms)


def _codes(errors: Any) -> set[str]:
    """The codes of what went wrong; an error without one is one all the same."""
    if not errors:
        return set()
    codes = set()
    for error in errors if isinstance(errors, list) else [errors]:
        extensions = error.get("extensions") if isinstance(error, dict) else None
        code = extensions.get("code") if isinstance(extensions, dict) else None
        throttled = isinstance(error, dict) and error.get("message") == "Throttled"
        codes.add("THROTTLED" if throttled else str(code))
    return codes


def _rest_ms(extensions: Any) -> int:
    """How long until the same question may be asked again, by what this one cost."""
    cost = extensions.get("cost") if isinstance(extensions, dict) else None
    status = cost.get("throttleStatus") if isinstance(cost, dict) else None
    if not isinstance(cost, dict) or not isinstance(status, dict):
        return 0
    wanted = cost.get("requestedQueryCost")
    there, rate = status.get("currentlyAvailable"), status.get("restoreRate")
    numbers = [one for one in (wanted, there, rate) if isinstance(one, int | Decimal)]
    if len(numbers) < 3 or numbers[2] <= 0:
        return 0
    missing = Decimal(numbers[0]) - Decimal(numbers[1])
    return max(0, min(60_000, math.ceil(missing / Decimal(numbers[2]) * 1000)))
