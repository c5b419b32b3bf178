"""Event log port: shows, and the facts that make them up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.show.events import Event, Position, Recorded
from vetrina.domain.show.values import Host, PastDeal
from vetrina.store.ports.answers import IdempotentRequest
from vetrina.store.ports.inbox import Receipt, VersionedRecord
from vetrina.store.ports.keys import FirstKey
from vetrina.store.ports.pages import Page
from vetrina.store.ports.states import StoredState


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A show beside its log, as it was last edited. `epoch` is random text, new with every show."""

    slug: str
    title: str
    currency: str
    epoch: str
    created_at: int
    host: Host | None = None
    starts_at: int | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class ListedShow:
    """A show as its own row tells it. `status` None: written before standings were kept."""

    show: Show
    status: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What must be known of a show without reading its log.

    `due_at`: when time alone will next change it (ms), None for never.
    """

    status: str
    due_at: int | None


@dataclass(frozen=True, slots=True)
class Running:
    """A show that is not over. `standing` None: written before standings were kept."""

    slug: str
    created_at: int
    position: Position
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """Facts of one show with all that must be written together with them.

    `after`: the seq they were decided on; None appends whatever came in between.
    `records` and `receipts` that exist already raise Conflict (a record exists with another
    `version`), so that two processes never count the same order.
    `past_deals` are the deals that these events ended.
    `request` is the idempotent request that led to it, written down with the numbers given to the
    events; one that was answered within 24 h raises Conflict.
    """

    show: str
    events: Sequence[Event]
    by: str | None = None
    after: int | None = None
    standing: Standing | None = None
    """The show's standing after these events, where it changes."""
    state: StoredState | None = None
    """The show's state after these events, to begin from at the next start."""
    receipts: Sequence[Receipt] = ()
    records: Sequence[VersionedRecord] = ()
    past_deals: Sequence[PastDeal] = ()
    request: IdempotentRequest | None = None
    again: Callable[[Sequence[Recorded]], Append] | None = None
    """Decides again on the events that came after `after`, instead of a Conflict over them. It is
    pure and runs inside the transaction, in any thread, maybe more than once; what it raises is
    raised."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the show stands now, and the events with their numbers."""

    position: Position
    events: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class RawEvent:
    """A row of a log as it is kept: whoever repairs a log reads it so.

    `kind`, `data` and `by` are None where the database cannot read them.
    """

    seq: int
    at: int
    kind: str | None
    data: str | None
    by: str | None


class ShowStore(Protocol):
    """Shows and their logs."""

    async def create_show(
        self,
        show: Show,
        events: Sequence[Event] = (),
        by: str | None = None,
        standing: Standing | None = None,
        first_key: FirstKey | None = None,
    ) -> Appended:
        """Write a new show with its first events and its first key. Raises Taken.

        It is a draft unless `standing` says otherwise. Raises Conflict for a request that was
        answered.
        """
        ...

    async def show(self, slug: str) -> Show | None:
        """One show, or None."""
        ...

    async def shows(self) -> list[Show]:
        """All shows, newest first."""
        ...

    async def show_page(
        self, before: int | None = None, limit: int = 100, only: str | None = None
    ) -> Page[ListedShow]:
        """Shows by their own rows, the last made first; with `only` that one alone."""
        ...

    async def head(self, slug: str) -> Position | None:
        """The newest position of a show; None for an unknown one."""
        ...

    async def heads(self, slugs: Sequence[str]) -> dict[str, Position]:
        """The newest positions of these shows, as far as they exist."""
        ...

    async def running(self) -> list[Running]:
        """Every show that is not over, newest first."""
        ...

    async def set_standing(self, slug: str, standing: Standing) -> None:
        """Correct a show's standing where no event changes it."""
        ...

    async def renew_epoch(self, slug: str, old: str, new: str) -> bool:
        """Make all positions that clients hold void. False: somebody else did so before."""
        ...

    async def append(self, append: Append) -> Appended:
        """Number and write events. Raises Conflict, and LookupError for an unknown show.

        A StockChanged also sets the stock in the catalogue, or takes away what a shop sold; events
        of deals do the same to what is left of these, and a ShowEdited to what is kept of the show:
        all in the same transaction. What a show was told of its stock changes nothing.
        """
        ...

    async def events(self, slug: str, after: int = 0, limit: int | None = None) -> list[Recorded]:
        """Events with a seq above `after`, oldest first. Raises DamagedLog."""
        ...

    async def raw_events(self, slug: str) -> list[RawEvent]:
        """Every event as it is kept, oldest first, also of a log that `events` cannot read."""
        ...

    async def replace_events(
        self, show: Show, by_number: Mapping[int, Event], standing: Standing, epoch: str
    ) -> None:
        """Put others in the place of some events, and make all positions of clients void.

        The stored state goes: it may hold what is no longer in the log.

        Raises Conflict when the show has another epoch than was known.
        """
        ...
