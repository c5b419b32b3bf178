"""`python -m tests.stripe_double [PORT]`: the first line that it prints is its address."""

from __future__ import annotations

import asyncio
import socket
import sys

import uvicorn

from tests.stripe_double.account import Account
from tests.stripe_double.api import application
from tests.stripe_double.deliveries import Deliveries
from tests.stripe_double.over_http import control_routes


def main() -> None:
    """Serve until it is ended."""
    account = Account()
    deliveries = Deliveries(account)
    with socket.create_server(("127.0.0.1", int(next(iter(sys.argv[1:]), 0)))) as listening:
        account.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        deliveries.start()
        print(account.address, flush=True)
        asyncio.run(_serve(account, deliveries, listening))


async def _serve(account: Account, deliveries: Deliveries, listening: socket.socket) -> None:
    app, _ = application(account)
    app.router.routes.extend(control_routes(account, deliveries))
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
    await uvicorn.Server(config).serve([listening])


if __name__ == "__main__":
    main()
