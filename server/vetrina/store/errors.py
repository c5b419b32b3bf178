"""Errors of the store."""

from __future__ import annotations


class StoreError(Exception):
    """Base of what the store raises."""


class Conflict(StoreError):
    """Somebody else wrote first: read again and decide again."""


class Taken(StoreError):
    """The name is in use already: a show's slug."""


class StoreAway(StoreError):
    """The database cannot be used for now; the message names no host and no secret."""


class StoreFault(StoreError):
    """The database could not do what it was asked: a full disk, a broken file."""


class StoreUnusable(StoreError):
    """The database cannot be opened; the message is one sentence for the operator."""


class StoreNotReady(StoreUnusable):
    """Nothing is wrong: the next start makes the database or brings it up to date."""
