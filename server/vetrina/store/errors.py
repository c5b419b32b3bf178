"""Errors of the store."""

from __future__ import annotations


class StoreError(Exception):
    """Base of what the store raises."""


class Conflict(StoreError):
    """Somebody else wrote first: read again and decide again."""


class Taken(StoreError):
    """The name is in use already: a show's slug."""


class SkuTaken(StoreError):
    """A SKU is that of another product, or of a variant of one."""

    def __init__(self, sku: str, product: str) -> None:
        super().__init__(sku, product)
        self.sku = sku
        self.product = product

    def __str__(self) -> str:
        return f"The SKU {self.sku} is taken by the product {self.product} or one of its variants."


class StoreAway(StoreError):
    """The database cannot be used for now; the message names no host and no secret."""


class StoreFault(StoreError):
    """The database could not do what it was asked: a full disk, a broken file."""


class DamagedLog(StoreError):
    """What is kept of one show cannot be read, or does not fit together; others can be served.

    `seq` is the number of the event, None where not even that can be told.
    """

    def __init__(self, slug: str, seq: int | None, why: str) -> None:
        super().__init__(slug, seq, why)
        self.slug = slug
        self.seq = seq
        self.why = why

    def __str__(self) -> str:
        event = "An event" if self.seq is None else f"Event {self.seq}"
        return f"{event} of the show {self.slug} cannot be read: {self.why}"


class StoreUnusable(StoreError):
    """The database cannot be opened; the message is one sentence for the operator."""


class StoreNotReady(StoreUnusable):
    """Nothing is wrong: the next start makes the database or brings it up to date."""
