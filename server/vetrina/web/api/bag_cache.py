"""Cache of encoded bags: thousands ask for one, which is encoded once for each change."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from vetrina.domain.catalogue.product import BagItem
from vetrina.domain.show.state import ShowState
from vetrina.protocol import snapshot

CACHED_SHOWS = 64


@dataclass(frozen=True, slots=True)
class _Encoded:
    bag: Mapping[str, BagItem]
    currency: str
    body: bytes
    etag: str


@dataclass(slots=True)
class BagCache:
    """The encoded bags of the shows asked for last.

    A state's bag is never changed in place, so the same mapping means the same answer.
    """

    _known: OrderedDict[str, _Encoded] = field(default_factory=OrderedDict)

    def of(self, state: ShowState) -> tuple[bytes, str]:
        """The JSON and its ETag."""
        known = self._known.get(state.slug)
        if known is None or known.bag is not state.bag or known.currency != state.currency:
            known = self._encode(state)
        self._known[state.slug] = known
        self._known.move_to_end(state.slug)
        if len(self._known) > CACHED_SHOWS:
            self._known.popitem(last=False)
        return known.body, known.etag

    def _encode(self, state: ShowState) -> _Encoded:
        products = snapshot.bag(state)
        told = {"show": state.slug, "currency": state.currency, "products": products}
        body = orjson.dumps(told)
        etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        return _Encoded(state.bag, state.currency, body, etag)
