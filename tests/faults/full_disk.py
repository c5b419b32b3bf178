"""A server whose disk is full, and then is not: run by test_full_disk.py with a disk of its own."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
from PIL import Image

from loadtests.chaos.traffic import Traffic
from loadtests.chaos.viewer import ClusterViewer, connected_viewers
from tests.faults.partition import told
from tests.running_server import Served, make_show, served
from tests.waiting import PATIENCE_S, until

SHOW = "drop"
DISK_MIB = 8
FULL = "The store cannot write now; the log says why."


async def main(folder: Path) -> None:
    disk = folder / "disk"
    disk.mkdir()
    told("mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(disk))
    ballast = disk / "ballast"
    async with AsyncExitStack() as stack:
        server = stack.enter_context(served(disk / "data"))
        make_show(server, SHOW)
        traffic = Traffic(SHOW, [server.port])
        stack.push_async_callback(traffic.close)
        await traffic.open()
        viewers = await stack.enter_async_context(connected_viewers(SHOW, [server.port], 4))
        async with traffic.running(every_s=0.0):
            await until(lambda: len(traffic.texts) > 5)
            fill(ballast)
            repeated = traffic.repeated
            await until(lambda: traffic.repeated > repeated + 3)
            await asyncio.to_thread(meanwhile, server)
            ballast.unlink()
            freed, said = time.monotonic(), len(traffic.texts)
            await until(lambda: len(traffic.texts) > said)
            healed_s = time.monotonic() - freed
        await checked(traffic, viewers)
        assert ready(server).status_code == 200
    events, latest_s = sum(one.events for one in viewers), max(one.latest_s for one in viewers)
    figures = {"viewers": len(viewers), "events": events, "latest_s": latest_s}
    print(json.dumps({**figures, "healed_s": healed_s}))
    assert "Traceback" not in "".join(server.said), "".join(server.said)


def fill(ballast: Path) -> None:
    """Until there is not one block left."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def meanwhile(server: Served) -> None:
    """It can be read from; whoever wants a change is asked to come again."""
    show = server.call("GET", f"/api/v1/shows/{SHOW}")
    assert show["state"]["announcement"]
    picture = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(picture, "PNG")
    with server.client() as client:
        body = {"type": "announce", "text": "no room"}
        answer = client.post(f"/api/v1/shows/{SHOW}/commands", json=body)
        upload = {"content": picture.getvalue(), "headers": {"content-type": "image/png"}}
        uploaded = client.post("/api/v1/images", **upload)
    for refused in (answer, uploaded):
        assert refused.status_code == 503, refused.text
        assert refused.headers["retry-after"]
        assert refused.json()["code"] == "busy"
    answer = ready(server)
    assert (answer.status_code, answer.json()["reasons"]) == (503, [FULL]), (
        answer.text,
        server.said,
    )
    assert "disk is full" in "".join(server.said)


def ready(server: Served) -> httpx.Response:
    return httpx.get(f"{server.address}/readyz", timeout=PATIENCE_S)


async def checked(traffic: Traffic, viewers: list[ClusterViewer]) -> None:
    """What was acknowledged is there once, and everybody saw it all without leaving."""
    log = await traffic.log()
    await until(lambda: all(one.events == len(log) - first(one) for one in viewers))
    texts = [event["text"] for event in log if event["type"] == "announced"]
    assert texts == traffic.texts
    assert [e["type"] for e in log].count("purchase_confirmed") == len(traffic.orders)
    for one in viewers:
        assert (one.lost, one.doubled, one.snapshots, one.returns) == (0, 0, 1, 0)


def first(one: ClusterViewer) -> int:
    """Where a viewer began."""
    assert one.position is not None
    return one.position[1] - one.events


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
