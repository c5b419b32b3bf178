"""After a long show an overlay costs what it cost at the start.

`loadtests/benchmarks/overlay_soak.py` goes on for longer.
"""

from tests.browser.obs_host import Air, overlay_address
from tests.browser.purchase_rush import cost, rush

HEAP_GROWTH = 1.2


async def test_a_thousand_events_leave_nothing_behind(shop, page):
    await page.set_viewport_size({"width": 1920, "height": 1080})
    air = Air(page, await overlay_address(shop))
    await air.open("debug=1&preview=1")
    await rush(air, 20)
    before = await cost(page)
    await rush(air, 100, first=20)
    after = await cost(page)
    assert after["Nodes"] <= before["Nodes"] + 20
    assert after["JSEventListeners"] <= before["JSEventListeners"]
    assert after["JSHeapUsedSize"] <= HEAP_GROWTH * before["JSHeapUsedSize"]
