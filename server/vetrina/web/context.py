"""Dependencies of the routes: handed over once, by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from vetrina.bus.port import Bus
from vetrina.bus.rate_limits import SharedBuckets
from vetrina.clock import Clock
from vetrina.live.audience_counts import AudienceCounts
from vetrina.live.clock_sync import ClockSync
from vetrina.live.cluster_sync import ClusterSync
from vetrina.live.event_feed import EventFeed
from vetrina.live.offered_vouchers import VoucherTelling
from vetrina.live.purchases.deliveries import Deliveries
from vetrina.live.purchases.own_orders import OwnOrders
from vetrina.live.purchases.shop_connections import Connections
from vetrina.live.reconciliation.poller import Poller
from vetrina.live.service import ShowService
from vetrina.metrics import Metrics
from vetrina.protocol.root_path import Rewrite, as_kept, located
from vetrina.realtime.hub import Hub
from vetrina.settings import Settings
from vetrina.shop.bag_pricing import BagPricing
from vetrina.shop.checkouts.changing import OrderWriter
from vetrina.shop.checkouts.checkouts import Checkouts
from vetrina.shop.checkouts.making import CheckoutPorts, checkouts_of
from vetrina.shop.imports.jobs import ImportJobs
from vetrina.shop.order_hooks.hooks import OrderHooks
from vetrina.shop.order_hooks.sending import Client, Sending
from vetrina.shop.orders.after_sales import AfterSales
from vetrina.shop.orders.finding import OrderList
from vetrina.shop.orders.news import OrderChanges, OrderNews
from vetrina.shop.orders.withdrawing import Withdrawing
from vetrina.shop.payments.chosen import ChosenPayments, OpenStripe
from vetrina.shop.places import Places
from vetrina.shop.selling_on import SellingOn
from vetrina.shop.storefront import Storefront
from vetrina.shop.sync.syncs import Syncs
from vetrina.shop.vouchers import Vouchers
from vetrina.store.ports.store import Store
from vetrina.supervisor import Supervisor
from vetrina.web.api.bag_cache import BagCache
from vetrina.web.assets.pictures import Pictures
from vetrina.web.assets.registry import Assets
from vetrina.web.http.auth import Authenticator
from vetrina.web.http.hosts import without_default_port
from vetrina.web.http.idempotency import Idempotency
from vetrina.web.http.rate_limiter import Rate, RateLimiter, per_minute
from vetrina.web.late_buyers import LateBuyers
from vetrina.web.pages.templating import Templates, templates_for
from vetrina.web.pages.words import SurfaceWords

RenderMetrics = Callable[[], Awaitable[bytes]]


@dataclass(kw_only=True)
class Context:
    """The parts of one process, and what the web layer builds on top of them."""

    settings: Settings
    clock: Clock
    store: Store
    bus: Bus
    shows: ShowService
    connections: Connections
    deliveries: Deliveries
    poller: Poller
    syncs: Syncs
    supervisor: Supervisor
    feed: EventFeed
    sync: ClusterSync
    audience: AudienceCounts
    hub: Hub
    metrics: Metrics
    assets: Assets
    hook_client: Client
    open_stripe: OpenStripe
    clock_sync: ClockSync | None = None
    """None where time is an argument: in tests."""
    buckets: SharedBuckets | None = None
    """The rate limits of all processes, where there are several."""
    cluster_metrics: RenderMetrics | None = None
    """The metrics of all workers, where there are several."""
    selling: SellingOn = field(init=False)
    """Whether visitors pay here."""
    payments: ChosenPayments = field(init=False)
    auth: Authenticator = field(init=False)
    limiter: RateLimiter = field(init=False)
    reads: Rate = field(init=False)
    changes: Rate = field(init=False)
    visits: Rate = field(init=False)
    idempotency: Idempotency = field(init=False)
    bags: BagCache = field(init=False)
    imports: ImportJobs = field(init=False)
    templates: Templates = field(init=False)
    viewer_words: SurfaceWords = field(init=False)
    storefront: Storefront = field(init=False)
    bag_pricing: BagPricing = field(init=False)
    vouchers: Vouchers = field(init=False)
    voucher_telling: VoucherTelling = field(init=False)
    order_hooks: OrderHooks = field(init=False)
    sending_orders: Sending = field(init=False)
    pictures: Pictures = field(init=False)
    order_news: OrderNews = field(init=False)
    checkouts: Checkouts = field(init=False)
    withdrawing: Withdrawing = field(init=False)
    checkout_rate: Rate = field(init=False)
    late_buyers: LateBuyers = field(init=False)
    after_sales: AfterSales = field(init=False)
    order_list: OrderList = field(init=False)
    places: Places = field(init=False)
    located: Rewrite = field(init=False)
    as_kept: Rewrite = field(init=False)

    def __post_init__(self) -> None:
        self.auth = Authenticator(self.store, self.clock)
        self.feed.on_revoked(self.auth.forget)
        self.limiter = RateLimiter(self.clock, shared=self.buckets)
        self.reads = per_minute("reads", self.settings.reads_per_minute)
        self.changes = per_minute("changes", self.settings.requests_per_minute)
        self.visits = per_minute("visits", self.settings.reads_per_minute)
        self.idempotency = Idempotency(self.store, self.clock)
        self.bags = BagCache()
        self.imports = ImportJobs(self.store, self.clock, self.shows.held)
        self.templates = templates_for(self.assets, self.settings.root)
        self.viewer_words = SurfaceWords(self.assets, "js/i18n/viewer")
        self.storefront = Storefront(self.store, self.clock, rehearsals=self.settings.demo)
        self.vouchers = Vouchers(self.store, self.clock)
        self.bag_pricing = BagPricing(self.store, self.clock, self.storefront.markets)
        self.voucher_telling = VoucherTelling(self.store, self.shows, self.clock)
        self.pictures = Pictures(self.media)
        self.order_news = OrderNews()
        self.order_news.on_change(self.shows.stock.heard)
        self.order_hooks = OrderHooks(self.store, self.clock)
        self.sending_orders = Sending(self.store, self.hook_client, self.clock)
        self.order_news.on_change(self.sending_orders.heard)
        self.payments = ChosenPayments(
            self.store, self.clock, self.open_stripe, demo=self.settings.demo
        )
        self.selling = self.payments
        self.checkouts = self._checkouts()
        self.deliveries.payments = self.checkouts.paying
        self.checkout_rate = per_minute("checkouts", self.settings.checkouts_per_minute)
        writer = OrderWriter(self.store, OrderChanges(self.store, self.order_news))
        self.withdrawing = Withdrawing(writer, self.clock)
        self.after_sales = AfterSales(self.store, writer, self.checkouts.adapters, self.clock)
        self.order_list = OrderList(self.store)
        self.places = Places(self.store, self.clock, self.shows.stock.changed)
        self.order_news.on_change(self.places.heard)
        self.located = located(self.settings.root)
        self.as_kept = as_kept(self.settings.root)
        self.late_buyers = self._late_buyers()

    def _checkouts(self) -> Checkouts:
        shows, store = OwnOrders(self.shows, self.clock), self.store
        ports = CheckoutPorts(
            shop=self.storefront.shop,
            show=shows.state,
            markets=self.storefront.markets,
            voucher=self.vouchers.good_for,
            tell=shows.tell,
            mark=self.shows.stock.mark,
        )
        return checkouts_of(
            store,
            self.clock,
            self.metrics,
            self.settings.cipher,
            self.payments.adapters(),
            ports,
            self.order_news,
            rate=self.payments.rate,
            told_by=self.payments.told_by,
            shared=self.buckets,
        )

    def _late_buyers(self) -> LateBuyers:
        return LateBuyers(
            self.checkouts,
            self.clock,
            self.metrics,
            self.limiter,
            (self.reads, self.checkout_rate),
            root=self.settings.root,
            located=self.located,
            leaving=lambda: self.hub.draining,
        )

    @property
    def media(self) -> Path:
        """The folder of uploaded pictures."""
        return self.settings.data / "media"

    def base_url(self, request: Request) -> str:
        """Where others reach this server: the setting, else as this request reached it."""
        if self.settings.public_url:
            return self.settings.public_url
        here = request.base_url
        return str(here.replace(netloc=without_default_port(here.netloc))).rstrip("/")
