"""Stripe's interface over an account: the documented subset that a checkout needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.stripe_double import money
from tests.stripe_double.account import Account, Refusal, Thing
from tests.stripe_double.forms import decoded
from tests.stripe_double.guarding import Asked, Rate, Repeats, Said, busy, check_key
from tests.stripe_double.pages import page_routes
from tests.stripe_double.sessions import create_session, expire_session

Answering = Callable[[Account, Asked, str], Thing]
ENDLESS_S = 600.0


class Interface:
    """One account over HTTP."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._rate, self._repeats = Rate(), Repeats()
        self.closing = asyncio.Event()

    async def handle(self, request: Request) -> Response:
        """One request to /v1."""
        text = request.url.query if request.method == "GET" else (await request.body()).decode()
        asked = Asked(request.method, request.url.path, decoded(text), dict(request.headers))
        switches = self.account.switches
        wait_s = ENDLESS_S if switches.away else switches.slow_s
        if wait_s:
            await self._wait(wait_s)
        try:
            with self.account.lock:
                said = self._answer(asked)
        except Refusal as error:
            said = Said(error.status, {"error": error.error})
        headers = {**said.headers, "request-id": "req_of_the_tests"}
        if said.status == 429:
            headers["retry-after"] = "1"
        return JSONResponse(said.body, said.status, headers)

    def _answer(self, asked: Asked) -> Said:
        check_key(self.account, asked)
        if self.account.switches.busy:
            self.account.switches.busy -= 1
            raise busy()
        if asked.changes:
            self._rate.take(self.account.switches.per_second)
        known = self._repeats.known(asked)
        if known is not None:
            return known
        self.account.asked.append((asked.method, asked.path, asked.given))
        try:
            said = self._done(asked)
        except Refusal:
            self._repeats.keep(asked, None)
            raise
        self._repeats.keep(asked, said)
        return said

    def _done(self, asked: Asked) -> Said:
        switches = self.account.switches
        trouble = {"error": {"type": "api_error", "message": "Something went wrong on our end."}}
        if asked.changes and switches.broken:
            switches.broken -= 1
            return Said(500, trouble)
        self.account.sweep()
        answering, id = _find(asked)
        made = answering(self.account, asked, id)
        if asked.changes and switches.lost_answers:
            switches.lost_answers -= 1
            return Said(500, trouble)
        return Said(200, made)

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return


def application(account: Account) -> tuple[Starlette, Interface]:
    """The account's interface and its pages."""
    interface = Interface(account)
    routes = [
        Route("/v1/{path:path}", interface.handle, methods=["GET", "POST", "DELETE"]),
        *page_routes(account),
    ]
    return Starlette(routes=routes), interface


def _find(asked: Asked) -> tuple[Answering, str]:
    parts = asked.path.removeprefix("/v1/").split("/")
    for (method, pattern), answering in ROUTES.items():
        wanted = pattern.split("/")
        if method == asked.method and len(wanted) == len(parts):
            pairs = list(zip(wanted, parts, strict=True))
            if all(want in (part, "{id}") for want, part in pairs):
                return answering, next((part for want, part in pairs if want == "{id}"), "")
    text = f"Unrecognized request URL ({asked.method}: {asked.path})."
    raise Refusal(404, text)


def _session(account: Account, asked: Asked, id: str) -> Thing:
    session = dict(account.found(account.sessions, id, "checkout.session"))
    if "payment_intent" in asked.given.get("expand", []) and session["payment_intent"]:
        session["payment_intent"] = account.intents[session["payment_intent"]]
    return session


def _lines(account: Account, asked: Asked, id: str) -> Thing:
    account.found(account.sessions, id, "checkout.session")
    return _list(account.lines[id], asked)


def _coupon(account: Account, asked: Asked, _: str) -> Thing:
    given = asked.given
    if not {"amount_off", "currency", "duration"} <= set(given):
        raise Refusal(400, "Missing required param: amount_off, currency or duration.")
    if len(given.get("name", "")) > 40:
        raise Refusal(400, "Coupon names have at most 40 characters.", param="name")
    id = given.get("id") or account.id("coupon")
    if id in account.coupons:
        raise Refusal(400, "Coupon already exists.", code="resource_already_exists", param="id")
    made = {
        "id": id,
        "object": "coupon",
        "amount_off": int(given["amount_off"]),
        "currency": given["currency"].lower(),
        "duration": given["duration"],
        "max_redemptions": int(given["max_redemptions"]) if "max_redemptions" in given else None,
        "metadata": given.get("metadata", {}),
        "name": given.get("name"),
        "valid": True,
    }
    account.coupons[id] = made
    return made


def _listed_refunds(account: Account, asked: Asked, _: str) -> Thing:
    of = asked.given.get("payment_intent")
    found = [one for one in account.refunds.values() if of in (None, one["payment_intent"])]
    return _list(list(reversed(found)), asked)


def _events(account: Account, asked: Asked, _: str) -> Thing:
    types, since = asked.given.get("types"), int(asked.given.get("created", {}).get("gte", 0))
    if types is not None and len(types) > 20:
        raise Refusal(400, "At most 20 types.", param="types")
    found = [
        event
        for event in reversed(account.events)
        if (types is None or event["type"] in types) and event["created"] >= since
    ]
    return _list(found, asked)


def _endpoint(account: Account, asked: Asked, _: str) -> Thing:
    events = asked.given.get("enabled_events", [])
    if not events or "url" not in asked.given:
        raise Refusal(400, "Missing required param: url or enabled_events.")
    made = account.add_endpoint(asked.given["url"], "", *events)
    told = {"id": made.id, "object": "webhook_endpoint", "url": made.url, "secret": made.secret}
    return {**told, "enabled_events": list(events), "status": "enabled"}


def _endpoints(account: Account, asked: Asked, _: str) -> Thing:
    told = [
        {"id": one.id, "object": "webhook_endpoint", "url": one.url, "status": "enabled"}
        for one in account.endpoints.values()
    ]
    return _list(told, asked)


def _no_endpoint(account: Account, _: Asked, id: str) -> Thing:
    if account.endpoints.pop(id, None) is None:
        raise Refusal(404, f"No such webhook endpoint: '{id}'", code="resource_missing")
    return {"id": id, "object": "webhook_endpoint", "deleted": True}


def _list(found: list[Any], asked: Asked) -> Thing:
    if after := asked.given.get("starting_after"):
        ids = [one["id"] for one in found]
        if after not in ids:
            raise Refusal(400, f"No such object: {after}", param="starting_after")
        found = found[ids.index(after) + 1 :]
    limit = int(asked.given.get("limit", 10))
    more = len(found) > limit
    return {"object": "list", "url": asked.path, "data": found[:limit], "has_more": more}


ROUTES: dict[tuple[str, str], Answering] = {
    ("POST", "checkout/sessions"): lambda account, asked, _: create_session(account, asked.given),
    ("GET", "checkout/sessions"): lambda account, asked, _: _list(
        list(reversed(account.sessions.values())), asked
    ),
    ("GET", "checkout/sessions/{id}"): _session,
    ("GET", "checkout/sessions/{id}/line_items"): _lines,
    ("POST", "checkout/sessions/{id}/expire"): lambda account, _, id: expire_session(account, id),
    ("POST", "coupons"): _coupon,
    ("GET", "coupons/{id}"): lambda account, _, id: account.found(account.coupons, id, "coupon"),
    ("GET", "payment_intents/{id}"): lambda account, _, id: account.found(
        account.intents, id, "payment_intent"
    ),
    ("POST", "refunds"): lambda account, asked, _: money.refund(account, asked.given),
    ("GET", "refunds"): _listed_refunds,
    ("GET", "refunds/{id}"): lambda account, _, id: account.found(account.refunds, id, "refund"),
    ("GET", "disputes/{id}"): lambda account, _, id: account.found(account.disputes, id, "dispute"),
    ("GET", "events"): _events,
    ("POST", "webhook_endpoints"): _endpoint,
    ("GET", "webhook_endpoints"): _endpoints,
    ("DELETE", "webhook_endpoints/{id}"): _no_endpoint,
}
