"""`vetrina webhook poll`: shops are asked at once, by the server that runs."""

from __future__ import annotations

import time
from pathlib import Path

from tests.cli.test_webhook_replay import connect, vetrina
from tests.outbound.answering import Answer
from tests.outbound.woo_shop import KEY, SECRET, woo_shop
from tests.running_server import make_show, served


def test_a_shop_is_asked_and_the_running_show_sees_what_was_found(tmp_path: Path) -> None:
    with served(tmp_path / "data", private_addresses="true") as server, woo_shop() as shop:
        make_show(server, "drop", "live")
        code, told = vetrina("poll", server=server)
        assert (code, "No shop gave a key" in told) == (2, True)
        made = connect(server, "woocommerce", "drop")
        access = {"address": shop.address, "key": KEY, "secret": SECRET}
        server.call("PUT", f"/api/v1/connections/{made}/poll", access)
        shop.sell(1, time.time_ns() // 1_000_000)

        code, told = vetrina("poll", made, server=server)
        assert code == 0, told
        assert f"{made} asked {shop.address}: 1 orders have come by no delivery so far." in told
        assert len(server.call("GET", "/api/v1/shows/drop")["state"]["ticker"]) == 1

        shop.instead = lambda _: Answer(401, b"")
        code, told = vetrina("poll", server=server)
        assert (code, f"{made} could not ask {shop.address}: the key is refused" in told) == (
            1,
            True,
        )
        assert KEY not in told

        code, told = vetrina("poll", "con_other", server=server)
        assert (code, "There is no connection con_other" in told) == (2, True)
        keys = server.call("GET", "/api/v1/keys?revoked=true")["keys"]
        own = [key for key in keys if key["label"] == "vetrina webhook poll"]
        assert all(key["revoked_at"] for key in own)

    code, told = vetrina("poll", made, server=server)
    assert (code, "start it first" in told) == (2, True)
