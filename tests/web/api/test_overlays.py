from tests.web.conftest import SharedBus, problem
from vetrina.bus.port import BusHealth


async def test_every_instance_with_what_it_last_painted(site, clock):
    await site.show()
    room = await site.context.feed.room("spring")
    overlay = room.overlays.connect("key_1", "main", "OBS 31.0 / Chrome 127", clock.now_ms())
    overlay.painted(3, clock.now_ms() + 40, clock.now_ms())
    overlay.visible = True
    clock.advance(500)
    assert (await site.get("/shows/spring/overlays")).json() == {
        "overlays": [
            {
                "id": overlay.id, "label": "main", "connected": True, "lost": False,
                "visible": True,
                "active": None, "painted_seq": 3, "painted_at": clock.now_ms() - 460,
                "paint_ms": 40, "heartbeat_age_ms": 500, "engine": "OBS 31.0 / Chrome 127",
            }
        ],
        "complete": True,
    }  # fmt: skip


async def test_a_server_that_does_not_hear_the_others_says_that_some_may_be_missing(site):
    await site.show()
    site.context.bus = SharedBus(BusHealth(False, "Redis does not answer"))
    told = (await site.get("/shows/spring/overlays")).json()
    assert told == {"overlays": [], "complete": False}


async def test_an_unknown_show(site):
    problem(await site.get("/shows/nope/overlays"), 404, "unknown_show")
