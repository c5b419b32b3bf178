"""The account's own side over HTTP, for those that hold it in another process.

`POST /_double/{action}` with a JSON object: switches, endpoint, pay, settle, refund, dispute,
close_dispute, advance, release. `GET /_double/account` tells what there is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.stripe_double import money
from tests.stripe_double.account import Account, Refusal, Thing
from tests.stripe_double.deliveries import Deliveries


def control_routes(account: Account, deliveries: Deliveries) -> list[Route]:
    """The routes of an account."""

    def switches(given: Thing) -> Any:
        for name, value in given.items():
            if not hasattr(account.switches, name):
                raise Refusal(400, f"There is no switch {name}")
            setattr(account.switches, name, value)
        return vars(account.switches)

    def endpoint(given: Thing) -> Any:
        return vars(account.add_endpoint(given["url"], given.get("secret", "")))

    def advance(given: Thing) -> Any:
        account.advance(given["seconds"])
        return {"now": account.now()}

    actions: dict[str, Callable[[Thing], Any]] = {
        "switches": switches,
        "endpoint": endpoint,
        "advance": advance,
        "release": lambda given: {"released": deliveries.release(**given)},
        "pay": lambda given: money.pay(
            account,
            given["session"],
            later=given.get("later", False),
            late=given.get("late", False),
        ),
        "settle": lambda given: money.settle(account, given["session"], good=given["good"]),
        "refund": lambda given: money.change_refund(account, given["refund"], given["status"]),
        "dispute": lambda given: money.dispute(account, given["payment"]),
        "close_dispute": lambda given: money.close_dispute(
            account, given["dispute"], won=given["won"]
        ),
    }

    async def act(request: Request) -> Response:
        given = await request.json()
        try:
            done = await run_in_threadpool(actions[request.path_params["action"]], given)
        except Refusal as error:
            return JSONResponse({"error": error.error}, error.status)
        return JSONResponse(done)

    async def told(_: Request) -> Response:
        with account.lock:
            names = ("sessions", "intents", "charges", "refunds", "disputes", "coupons", "events")
            return JSONResponse({name: getattr(account, name) for name in names})

    return [
        Route("/_double/account", told),
        Route("/_double/{action}", act, methods=["POST"]),
    ]
