"""A product has one past, whichever show it was offered in."""

from dataclasses import replace

import pytest

from tests.fakes import settled
from tests.live.conftest import product
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.show import commands as cmd
from vetrina.live.new_show import NewShow

MUG = replace(product("MUG-1", 2490), prior_price=Money(2990, "EUR"))
DEAL = cmd.StartDeal(sku="MUG-1", price=Money(1200, "EUR"), duration_s=60)


async def live(stage, slug):
    await stage.shows.create(NewShow(slug=slug, title="A show", currency="EUR", status="live"))
    await stage.shows.put_bag(slug, ["MUG-1"])


async def prior_of(stage, slug):
    return (await stage.shows.state(slug))[1].bag["MUG-1"].product.prior_price


async def offered(stage, slug):
    """The deal runs and ends; other shows hear of it."""
    await stage.shows.handle(slug, [DEAL])
    stage.clock.advance(60_000)
    await stage.shows.tick(slug)
    await stage.shows.close()
    await settled()


async def test_a_deal_that_is_over_lowers_the_prior_price_in_its_own_show(stage):
    await stage.shows.put_products([MUG])
    await live(stage, "one")
    await stage.shows.handle("one", [cmd.PinProduct(sku="MUG-1")])
    assert await prior_of(stage, "one") == Money(2990, "EUR")
    await offered(stage, "one")
    _, state = await stage.shows.state("one")
    assert state.pins[1].product.prior_price == Money(1200, "EUR")
    log = await stage.store.events("one")
    assert [type(entry.event).__name__ for entry in log][-2:] == ["DealEnded", "BagChanged"]
    [declared] = await stage.store.products(["MUG-1"])
    assert declared.prior_price == MUG.prior_price


async def test_a_deal_counts_in_every_show(stage):
    await stage.shows.put_products([MUG])
    await live(stage, "one")
    await live(stage, "two")
    await offered(stage, "one")
    assert await prior_of(stage, "two") == Money(1200, "EUR")
    await live(stage, "later")
    assert await prior_of(stage, "later") == Money(1200, "EUR")
    with pytest.raises(Refused) as refused:
        await stage.shows.handle("later", [DEAL])
    assert refused.value.code == "deal_cooldown"
    stage.clock.advance(24 * 3_600_000)
    appended = await stage.shows.handle("later", [DEAL])
    assert appended.events[-1].event.deal.was is None


async def test_a_rehearsal_may_repeat_what_a_show_offered(stage):
    await stage.shows.put_products([MUG])
    await live(stage, "one")
    await offered(stage, "one")
    new = NewShow(slug="two", title="A show", currency="EUR", status="rehearsal")
    await stage.shows.create(new)
    await stage.shows.put_bag("two", ["MUG-1"])
    await offered(stage, "two")
    known = await stage.store.prices(["MUG-1"], 0)
    assert [one.kind for one in known] == ["price", "deal"]
