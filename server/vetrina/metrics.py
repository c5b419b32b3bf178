"""Metrics: one Prometheus registry, typed attributes, labels of bounded cardinality.

Names start with `vetrina_`. Histograms, not summaries, so that several processes add up. A label is
a word of ours or comes from a closed list; what a stranger could invent is counted as "other".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

FAN_OUT_BUCKETS: Final = (0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
STORE_BUCKETS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0)
HTTP_BUCKETS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
POLL_BUCKETS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
LABELS_MAX: Final = 200
"""Values of one label before the rest is "other"; our own routes and codes are far fewer."""


class BoundedLabel:
    """Lets a limited number of different values through."""

    def __init__(self, limit: int = LABELS_MAX) -> None:
        self._limit = limit
        self._known: set[str] = set()

    def __call__(self, value: str) -> str:
        if value in self._known:
            return value
        if len(self._known) >= self._limit:
            return "other"
        self._known.add(value)
        return value


class Labelled(Counter):
    """A counter that finds its children in one look-up; the library's own way takes a lock."""

    def labels(self, *values: str) -> Counter:  # type: ignore[override]
        """The child with these label values, in the order of the names."""
        known: dict[tuple[str, ...], Counter] = self.__dict__.setdefault("_known", {})
        child = known.get(values)
        if child is None:
            child = known[values] = super().labels(*values)
        return child


class Count:
    """A plain number."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0

    def inc(self, amount: int = 1) -> None:
        """Add to it."""
        self.value += amount

    def dec(self) -> None:
        """Take one off."""
        self.value -= 1


class Counts(Collector):
    """Plain numbers by their label, made into samples when somebody asks.

    For what is counted with every frame, in the event loop's thread and nowhere else: the library's
    own counters take a lock each time. `family`: a counter's or a gauge's.
    """

    def __init__(
        self,
        family: type[CounterMetricFamily | GaugeMetricFamily],
        name: str,
        documentation: str,
        label: str,
    ) -> None:
        self._described = (family, f"vetrina_{name}", documentation, label)
        self._children: dict[str, Count] = {}
        self.labelnames = (label,)

    def labels(self, value: str) -> Count:
        """The number with this label."""
        child = self._children.get(value)
        if child is None:
            child = self._children[value] = Count()
        return child

    def describe(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """The name without numbers: the registry refuses another collector of that name."""
        family, name, documentation, label = self._described
        yield family(name, documentation, labels=[label])

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """What Prometheus is told."""
        for told in self.describe():
            for value, count in self._children.items():
                told.add_metric([value], count.value)
            yield told


class Metrics:
    """All counters of one process. Each instance has its own registry."""

    content_type: Final = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._label = BoundedLabel()
        self._sockets()
        self._delivery()
        self._use_cases()
        self._selling()
        self._bus()

    def _sockets(self) -> None:
        self.connections = self._counts(
            GaugeMetricFamily, "connections", "Open sockets after hello.", "role"
        )
        self.handshakes_refused = self._counter(
            "handshakes_refused_total", "Sockets closed before hello was answered.", "code"
        )
        self.frames_received = self._counts(
            CounterMetricFamily, "frames_received", "Frames from clients.", "type"
        )
        self.frames_sent = self._counts(
            CounterMetricFamily,
            "frames_sent",
            "Frames handed to connections; answers: pong, ack, refused.",
            "type",
        )
        self.joins = self._counts(
            CounterMetricFamily,
            "joins",
            "Clients let in: resumed from memory, or given a snapshot.",
            "how",
        )
        self.closes = self._counter("closes_total", "Closes by the server.", "code")
        self.aborts = self._plain_counter(
            "aborts_total", "Connections torn down because the client did not read its close."
        )
        self.rooms = Gauge("vetrina_rooms", "Shows in memory.", registry=self.registry)

    def _delivery(self) -> None:
        self.events_delivered = self._plain_counter(
            "events_delivered_total", "Events handed to connections, once for each."
        )
        self.lagging = self._counter(
            "lagging_total",
            "Slow clients: entered, recovered by a snapshot, closed; shed to save memory.",
            "change",
        )
        self.buffered_bytes = Gauge(
            "vetrina_buffered_bytes",
            "Bytes that wait for clients that do not read.",
            registry=self.registry,
        )
        self.fan_out_seconds = self._histogram(
            "fan_out_seconds", "From committed events to the last connection.", FAN_OUT_BUCKETS
        )

    def _use_cases(self) -> None:
        self.http_requests = self._counter(
            "http_requests_total", "HTTP answers.", "route", "status"
        )
        self.http_seconds = self._histogram(
            "http_seconds", "Time to answer, by route.", HTTP_BUCKETS, "route"
        )
        self.webhook_deliveries = self._counter(
            "webhook_deliveries_total", "Deliveries of shops.", "kind", "outcome"
        )
        self.polls = self._counter(
            "polls_total", "Shops asked for what they did not deliver.", "kind", "outcome"
        )
        self.poll_found = self._counter(
            "poll_found_total", "Orders that only a poll brought.", "kind"
        )
        self.poll_seconds = self._histogram(
            "poll_seconds", "One round of asking a shop.", POLL_BUCKETS, "kind"
        )
        self.commands = self._counter(
            "commands_total", "Commands: applied, or the code of the refusal.", "type", "outcome"
        )
        self.events_appended = self._plain_counter(
            "events_appended_total", "Events written to the log."
        )
        self.append_seconds = self._histogram(
            "store_append_seconds", "From decision to durable.", STORE_BUCKETS
        )
        self.store_reads = self._counter(
            "store_reads_total", "Statements that read the store.", "table"
        )

    def _selling(self) -> None:
        self.checkouts = self._counter(
            "checkouts_total", "Buyers: reserved, or the code of the refusal.", "outcome"
        )
        self.order_facts = self._counter("order_facts_total", "What happened to orders.", "fact")
        self.pages_waiting = Gauge(
            "vetrina_payment_pages_waiting",
            "Checkouts without a page of the payment provider.",
            registry=self.registry,
        )
        self.payment_seconds = self._histogram(
            "payment_seconds", "Answers of the payment provider.", POLL_BUCKETS, "call", "outcome"
        )

    def _bus(self) -> None:
        self.bus_up = Gauge(
            "vetrina_bus_up",
            "1 while messages to and from other processes arrive; also 1 for a process alone.",
            registry=self.registry,
        )
        self.bus_up.set(1)
        self.bus_sent = self._plain_counter("bus_sent_total", "Messages for other processes.")
        self.bus_received = self._plain_counter(
            "bus_received_total", "Messages from other processes."
        )
        self.bus_dropped = self._plain_counter(
            "bus_dropped_total", "Messages that could not be sent; the others read the store."
        )
        self.bus_restarts = self._plain_counter(
            "bus_restarts_total", "Connections of the bus that were made anew."
        )
        self.bus_round_trip = self._histogram(
            "bus_round_trip_seconds", "A message to ourselves, sent and received.", FAN_OUT_BUCKETS
        )

    def store_read(self, table: str) -> None:
        """Count a statement that read this table of ours."""
        self.store_reads.labels(table).inc()

    def store_appended(self, seconds: float) -> None:
        """Note how long an append took."""
        self.append_seconds.observe(seconds)

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count an HTTP answer. `route` is the route's template, never the path asked for."""
        route = self._label(route)
        self.http_requests.labels(route, str(status)).inc()
        self.http_seconds.labels(route).observe(seconds)

    def delivery(self, kind: str, outcome: str) -> None:
        """Count a webhook delivery. `outcome`: applied, duplicate, refused …"""
        self.webhook_deliveries.labels(self._label(kind), self._label(outcome)).inc()

    def poll(self, kind: str, outcome: str, found: int, seconds: float) -> None:
        """Count a round of asking a shop. `outcome`: succeeded, behind or failed."""
        kind = self._label(kind)
        self.polls.labels(kind, outcome).inc()
        self.poll_found.labels(kind).inc(found)
        self.poll_seconds.labels(kind).observe(seconds)

    def command(self, kind: str, outcome: str) -> None:
        """Count a command. `outcome`: applied, or the code of its refusal."""
        self.commands.labels(self._label(kind), self._label(outcome)).inc()

    def render(self) -> bytes:
        """The text that Prometheus reads; `content_type` belongs to it."""
        return generate_latest(self.registry)

    def _counter(self, name: str, documentation: str, *labels: str) -> Counter:
        return Labelled(f"vetrina_{name}", documentation, labels, registry=self.registry)

    def _counts(
        self,
        family: type[CounterMetricFamily | GaugeMetricFamily],
        name: str,
        documentation: str,
        label: str,
    ) -> Counts:
        counts = Counts(family, name, documentation, label)
        self.registry.register(counts)
        return counts

    def _plain_counter(self, name: str, documentation: str) -> Counter:
        return Counter(f"vetrina_{name}", documentation, registry=self.registry)

    def _gauge(self, name: str, documentation: str, *labels: str) -> Gauge:
        return Gauge(f"vetrina_{name}", documentation, labels, registry=self.registry)

    def _histogram(
        self, name: str, documentation: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        return Histogram(
            f"vetrina_{name}", documentation, labels, buckets=buckets, registry=self.registry
        )
