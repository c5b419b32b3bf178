"""The parts of checking out, made and connected."""

from __future__ import annotations

from dataclasses import dataclass

from vetrina.bus.rate_limits import SharedBuckets
from vetrina.clock import Clock
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.encryption import Cipher
from vetrina.metrics import Metrics
from vetrina.shop.checkouts.awaiting import Awaiting
from vetrina.shop.checkouts.changing import OrderWriter
from vetrina.shop.checkouts.checkouts import Checkouts
from vetrina.shop.checkouts.counting import Counting
from vetrina.shop.checkouts.expiring import Expiring
from vetrina.shop.checkouts.pacing import Pace, ReadRate, unlimited
from vetrina.shop.checkouts.paying import Paying, ToldBy, anybody
from vetrina.shop.checkouts.pending_refunds import PendingRefunds
from vetrina.shop.checkouts.ports import (
    GoodVoucher,
    MarkStock,
    ReadMarkets,
    ReadShop,
    ReadShow,
    SellingStore,
    TellShow,
)
from vetrina.shop.checkouts.refunding import Refunding
from vetrina.shop.checkouts.rush import Rush
from vetrina.shop.checkouts.sellables import Sellables
from vetrina.shop.checkouts.sessions import Sessions
from vetrina.shop.checkouts.starting import Starting
from vetrina.shop.checkouts.telling import Telling
from vetrina.shop.checkouts.tokens import Tokens
from vetrina.shop.orders.news import OrderChanges, OrderNews
from vetrina.shop.payments.adapters import Adapters
from vetrina.shop.payments.port import ReturnUrls


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutPorts:
    """What checking out needs of the shop and of the shows."""

    shop: ReadShop
    show: ReadShow
    markets: ReadMarkets
    voucher: GoodVoucher
    tell: TellShow
    mark: MarkStock


def checkouts_of(
    store: SellingStore,
    clock: Clock,
    metrics: Metrics,
    cipher: Cipher,
    adapters: Adapters,
    ports: CheckoutPorts,
    news: OrderNews,
    *,
    rate: ReadRate = unlimited,
    told_by: ToldBy = anybody,
    shared: SharedBuckets | None = None,
) -> Checkouts:
    """All of it. `rate` is what the payment provider takes, `shared` counts for all processes,
    `told_by` says which connection is believed."""
    counting, rush = Counting(metrics), Rush(clock)
    tokens, changes = Tokens(cipher), OrderChanges(store, news)
    writer = OrderWriter(store, changes)
    pages, others = (Pace(clock, metrics, rate, lane, shared) for lane in ("sessions", "others"))
    paying = Paying(store, writer, tokens, clock, told_by)
    sessions = Sessions(
        writer, adapters, pages, clock, lambda order: return_urls(order, tokens), rush
    )
    telling = Telling(store, writer, changes, ports.tell, clock)
    refunding = Refunding(store, writer, adapters, others, clock)
    starting = Starting(
        store,
        Sellables(store, clock),
        adapters,
        tokens,
        clock,
        shop=ports.shop,
        show=ports.show,
        markets=ports.markets,
        voucher=ports.voucher,
        mark=ports.mark,
    )
    metrics.pages_waiting.set_function(lambda: sessions.waiting)
    news.on_change(starting.heard)
    news.on_change(counting.heard)
    news.on_change(telling.heard)
    news.on_change(refunding.heard)
    return Checkouts(
        store,
        clock,
        counting,
        adapters,
        tokens,
        changes,
        starting=starting,
        sessions=sessions,
        paying=paying,
        expiring=Expiring(store, writer, adapters, sessions, paying, others, clock),
        awaiting=Awaiting(store, adapters, paying, others, clock),
        pending=PendingRefunds(store, writer, adapters, others, clock),
        telling=telling,
        refunding=refunding,
        rush=rush,
    )


def return_urls(order: OwnOrder, tokens: Tokens) -> ReturnUrls:
    """Where the provider sends the buyer: to the page of the order, whose token is made anew."""
    checkout = order.checkout
    token = tokens.of_checkout(checkout.id)
    return ReturnUrls(
        done=f"{checkout.origin}/orders/{token}",
        cancelled=f"{checkout.origin}/shop/{checkout.shop}/bag",
        shop_name=checkout.shop,
    )
