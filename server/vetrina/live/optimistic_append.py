"""Optimistic concurrency: a decision is made again inside the transaction that found it stale.

Two processes that sell in one show at once would otherwise keep each other from writing: who has
to read again and decide again from the beginning comes too late again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from vetrina.domain.catalogue.price_history import Offered
from vetrina.domain.show import past_deals, rules
from vetrina.domain.show.commands import Command
from vetrina.domain.show.events import Event, Position, Recorded
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.state import ShowState
from vetrina.live.purchases.connection_names import name_of
from vetrina.live.purchases.settlement import Known, Outcome, Report, settle_reports
from vetrina.live.show_loader import advanced, evolved, standing_of
from vetrina.live.stored_states import is_due, stored
from vetrina.store.errors import Conflict
from vetrina.store.ports.answers import IdempotentRequest
from vetrina.store.ports.shows import Append, Appended, Standing


@dataclass(frozen=True, slots=True)
class Decided:
    """What follows from a state: what is to be written, and the state after it."""

    append: Append
    state: ShowState
    outcomes: Sequence[Outcome] = ()


Decide = Callable[[ShowState], Decided]


def obeyed(
    show: str,
    commands: Sequence[Command],
    past: Sequence[Sequence[Offered]],
    limits: Limits,
    now: int,
    by: str | None,
    before: ShowState,
) -> Decided:
    """What commands come to. `past`: for each, what the same products were offered for."""
    now = _in_time(before, now)
    facts: list[Event] = []
    state = before
    for command, offers in zip(commands, past, strict=True):
        known = replace(state, elsewhere=tuple(offers))
        decided = rules.decide(known, command, now, limits)
        state = evolved(state, decided)
        facts.extend(decided)
    return _concluded(Append(show=show, events=facts, by=by), before, state, now)


def settled(
    show: str, reports: Sequence[Report], known: Known, now: int, before: ShowState
) -> Decided:
    """What reports of one connection come to."""
    now = _in_time(before, now)
    sold = settle_reports(before, reports, known, now)
    append = Append(
        show=show,
        events=sold.facts,
        by=name_of(reports[0].connection),
        receipts=sold.receipts,
        records=sold.records,
    )
    return replace(_concluded(append, before, sold.state, now), outcomes=sold.outcomes)


def aged(show: str, now: int, before: ShowState) -> Decided:
    """What time alone has brought about."""
    now = max(now, before.at)
    facts = rules.due(before, now)
    return _concluded(Append(show=show, events=facts), before, evolved(before, facts), now)


def _concluded(append: Append, before: ShowState, state: ShowState, now: int) -> Decided:
    """With what ended deals leave behind."""
    past = past_deals.over(before, append.events)
    more = past_deals.aftermath(state, past, now)
    append = replace(append, events=(*append.events, *more), past_deals=past)
    return Decided(append, evolved(state, more))


def _in_time(state: ShowState, now: int) -> int:
    """The time of the decision, which is never before the last fact's, whoever's clock is behind.

    Nothing is decided on a deal that is over. Raises Conflict: its end is written first.
    """
    now = max(now, state.at)
    if rules.due(state, now):
        raise Conflict("A deadline has passed. Write what it brings about, and decide again.")
    return now


class Attempt:
    """One decision on its way into the log.

    `decide` is pure. It runs in whatever thread writes, and maybe several times; the last one
    counts.
    """

    def __init__(
        self,
        position: Position,
        state: ShowState,
        standing: Standing | None,
        decide: Decide,
        request: IdempotentRequest | None = None,
    ) -> None:
        self._position = position
        self._state = state
        self._standing = standing
        self._decide = decide
        self._request = request
        self.decided = decide(state)
        self.missed: Sequence[Recorded] = ()
        """What others wrote in between, once it is decided again."""

    @property
    def append(self) -> Append:
        """What the store is asked to write."""
        return self._placed(self._position.seq, self._standing)

    def fits(self, appended: Appended) -> bool:
        """Whether the last decision is the one that was written; a transaction may run again."""
        stood = self.missed[-1].seq if self.missed else self._position.seq
        return appended.position.seq == stood + len(appended.events)

    def _again(self, missed: Sequence[Recorded]) -> Append:
        state = advanced(self._state, missed)
        self.decided, self.missed = self._decide(state), missed
        return self._placed(missed[-1].seq, standing_of(state))

    def _placed(self, after: int, written: Standing | None) -> Append:
        """With its place in the log, the standing where another one is written, and now and then
        the state.
        """
        append, state = self.decided.append, self.decided.state
        seq, standing = after + len(append.events), standing_of(state)
        return replace(
            append,
            after=after,
            state=stored(seq, state) if is_due(after, seq) else None,
            again=self._again,
            request=self._request,
            standing=None if standing == written else standing,
        )
